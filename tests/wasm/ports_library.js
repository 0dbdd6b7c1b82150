// What the ports' suites ask of the runtime beside the ports themselves.
mergeInto(LibraryManager.library, {
  // Module.hostWith makes a host of a deployment with that secret, and answers its number.
  host_with_secret: function (pointer, size) {
    return Module['hostWith'](HEAPU8.slice(pointer, pointer + size));
  },
});
