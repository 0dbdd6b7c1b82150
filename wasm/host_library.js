// The JavaScript side of wasm/host.hpp, linked into the module's glue. It turns bytes into calls of
// the host's synchronous functions and their values into bytes; whatever a host throws becomes a
// value here, because an exception must never pass through C++. Hosts are in Module.hosts, by their
// number.
mergeInto(LibraryManager.library, {
  $HostWire: {
    held: null,  // the last answer, until host_take
    room: null,  // scratch space that grows and is kept while it is small
    view: null,
    size: 0,
    encoder: null,
    decoder: null,

    start: function () {
      if (!HostWire.encoder) {
        HostWire.encoder = new TextEncoder();
        HostWire.decoder = new TextDecoder();
      }
      if (!HostWire.room || HostWire.room.length > 1048576) {
        HostWire.room = new Uint8Array(65536);
        HostWire.view = new DataView(HostWire.room.buffer);
      }
      HostWire.size = 0;
    },
    ensure: function (more) {
      var need = HostWire.size + more;
      if (need > HostWire.room.length) {
        var grown = new Uint8Array(Math.max(need, HostWire.room.length * 2));
        grown.set(HostWire.room.subarray(0, HostWire.size));
        HostWire.room = grown;
        HostWire.view = new DataView(grown.buffer);
      }
    },
    u8: function (value) {
      HostWire.ensure(1);
      HostWire.room[HostWire.size++] = value;
    },
    u32: function (value) {
      HostWire.ensure(4);
      HostWire.view.setUint32(HostWire.size, value, true);
      HostWire.size += 4;
    },
    text: function (value) {
      HostWire.ensure(4 + value.length * 3);
      var free = HostWire.room.subarray(HostWire.size + 4);
      var written = HostWire.encoder.encodeInto(value, free).written;
      HostWire.view.setUint32(HostWire.size, written, true);
      HostWire.size += 4 + written;
    },
    blob: function (value) {
      HostWire.u32(value.length);
      HostWire.ensure(value.length);
      HostWire.room.set(value, HostWire.size);
      HostWire.size += value.length;
    },
    cell: function (value) {
      if (value === null || value === undefined) {
        HostWire.u8(0);
      } else if (typeof value === 'number' || typeof value === 'bigint') {
        var number = Number(value);
        if (!Number.isSafeInteger(number) && Math.abs(number) !== 9007199254740992) {
          throw new Error('a value of the result is no integer within 2^53');
        }
        HostWire.u8(1);
        HostWire.ensure(8);
        HostWire.view.setFloat64(HostWire.size, number, true);
        HostWire.size += 8;
      } else if (typeof value === 'string') {
        HostWire.u8(2);
        HostWire.text(value);
      } else {
        HostWire.u8(3);
        HostWire.blob(value instanceof Uint8Array ? value : new Uint8Array(value));
      }
    },

    // Reads the question's fields in order. What the host may keep is copied.
    at: 0,
    nextU32: function (memory) {
      var at = HostWire.at;
      HostWire.at += 4;
      return new DataView(memory.buffer, at, 4).getUint32(0, true);
    },
    nextText: function (memory) {
      var size = HostWire.nextU32(memory);
      HostWire.at += size;
      return HostWire.decoder.decode(memory.subarray(HostWire.at - size, HostWire.at));
    },
    nextBlob: function (memory) {
      var size = HostWire.nextU32(memory);
      HostWire.at += size;
      return memory.slice(HostWire.at - size, HostWire.at);
    },
    nextValue: function (memory) {
      var kind = memory[HostWire.at++];
      if (kind === 1) {
        var number = new DataView(memory.buffer).getFloat64(HostWire.at, true);
        HostWire.at += 8;
        return number;
      }
      return kind === 2 ? HostWire.nextText(memory) : kind === 3 ? HostWire.nextBlob(memory) : null;
    },

    exec: function (host, memory) {
      var statement = HostWire.nextText(memory);
      var params = [];
      for (var n = HostWire.nextU32(memory); n > 0; --n) {
        params.push(HostWire.nextValue(memory));
      }
      HostWire.start();
      try {
        var result = host.exec(statement, params);
        if (result.error !== undefined) {
          throw new Error(result.error);
        }
        HostWire.u8(0);
        HostWire.u32(result.columns);
        var countAt = HostWire.size;
        var cells = 0;
        HostWire.u32(0);
        for (var row of result.rows) {
          for (var i = 0; i < result.columns; ++i) {
            HostWire.cell(row[i]);
          }
          cells += result.columns;
        }
        HostWire.view.setUint32(countAt, cells, true);
      } catch (error) {
        HostWire.size = 0;
        HostWire.u8(1);
        HostWire.text(String((error && error.message) || error));
        // The text's own length is not wanted here: the rest of the answer is the text.
        HostWire.room.copyWithin(1, 5, HostWire.size);
        HostWire.size -= 4;
      }
      return HostWire.room.subarray(0, HostWire.size);
    },

    // Numbers as in wasm/host.hpp.
    answer: function (host, what, memory) {
      switch (what) {
        case 0:
          return HostWire.encoder.encode(host.workspace);
        case 1:
          return HostWire.exec(host, memory);
        case 2:
          return host.sha256(HostWire.nextBlob(memory));
        case 3:
          var hash = ['sha1', 'sha256', 'sha512'][HostWire.nextBlob(memory)[0]];
          var key = HostWire.nextBlob(memory);
          return host.hmac(hash, key, HostWire.nextBlob(memory));
        case 4:
          var purpose = HostWire.nextText(memory);
          return host.deploymentMac(purpose, HostWire.nextBlob(memory));
        default:
          var use = HostWire.nextText(memory);
          var nonce = HostWire.nextBlob(memory);
          var data = HostWire.nextBlob(memory);
          var associated = HostWire.nextBlob(memory);
          return what === 5
            ? host.seal(use, nonce, data, associated)
            : host.open(use, nonce, data, associated);
      }
    },
  },

  host_ask__deps: ['$HostWire'],
  host_ask: function (number, what, pointer, size) {
    HostWire.start();
    HostWire.at = pointer;
    try {
      HostWire.held = HostWire.answer(Module['hosts'].get(number), what, HEAPU8);
    } catch (error) {
      HostWire.held = null;
    }
    return HostWire.held ? HostWire.held.length : -1;
  },

  host_take__deps: ['$HostWire'],
  host_take: function (pointer) {
    HEAPU8.set(HostWire.held, pointer);
    HostWire.held = null;
  },
});
