// The wire format of core/wire.hpp for JavaScript: u32 length | JSON | tail. Objects have the names
// of wasm/callgate.d.ts. Bytes are Uint8Arrays in the object, [offset, length] in the JSON and
// stand in the tail; a text that is no UTF-8 arrives as a Uint8Array too.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** @returns {Uint8Array} */
export function encode(value) {
  const tail = [];
  let tailSize = 0;
  const json = encoder.encode(
    JSON.stringify(value, function (key, item) {
      const bytes = this[key]; // node's Buffer is something else by now: it has a toJSON
      if (!(bytes instanceof Uint8Array)) {
        return item;
      }
      tail.push(bytes);
      tailSize += bytes.length;
      return [tailSize - bytes.length, bytes.length];
    }),
  );
  const bytes = new Uint8Array(4 + json.length + tailSize);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  let at = 4 + json.length;
  for (const part of tail) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export function decode(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  const tail = bytes.subarray(4 + length);
  return JSON.parse(decoder.decode(bytes.subarray(4, 4 + length)), (_key, item) =>
    // Nothing else in an Input, an Output or an Arrival is an array of two integers.
    Array.isArray(item) && item.length === 2 && item.every(Number.isInteger)
      ? tail.slice(item[0], item[0] + item[1]) // a view would keep, and send, the whole of it
      : item,
  );
}

/** The records of an Input log; a last one that a crash cut is left out. */
export function* records(log) {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  let at = 0;
  while (at + 4 <= log.length) {
    const length = view.getUint32(at, true);
    if (length > log.length - at - 4) {
      return;
    }
    yield log.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
}

/** Calls a method of the module's Core with these bytes; the answer is a copy. */
export function call(module, core, method, bytes) {
  const at = core.room(bytes.length);
  if (at === 0) {
    return { status: 1, bytes: encoder.encode("there is no memory for so large an Input") };
  }
  module.HEAPU8.set(bytes, at);
  const status = core[method]();
  const output = core.output(); // after the call: memory may have grown, and HEAPU8 with it
  return { status, bytes: module.HEAPU8.slice(output, output + core.outputSize()) };
}
