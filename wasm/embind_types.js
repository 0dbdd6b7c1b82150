// Embind registers every type it knows, and brings what converts each. The methods of the one class
// take and give int and void: the others are not registered, which is a quarter of the glue.
(function () {
  var library = {};
  ['bigint', 'bool', 'emval', 'float', 'memory_view', 'std_string', 'std_wstring'].forEach(function (type) {
    library['_embind_register_' + type] = function () {};
    library['_embind_register_' + type + '__deps'] = [];
  });
  mergeInto(LibraryManager.library, library);
})();
