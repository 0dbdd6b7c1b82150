// node one_segment.mjs FILE.wasm: joins the module's data segments into one, zeros between them. The
// optimiser cuts its tables at every run of zeros, into segments whose headers repeat nothing: as the
// module travels (gzip), the zeros are the smaller part by far.
import { readFileSync, writeFileSync } from "node:fs";

const DATA = 11;
const I32_CONST = 0x41;
const END = 0x0b;

const file = process.argv[2];
const bytes = readFileSync(file);
let at = 8; // behind the magic number and the version

function unsigned() {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) {
      return value;
    }
  }
}

function encoded(value) {
  const out = [];
  for (; value >= 0x80; value = Math.floor(value / 128)) {
    out.push((value % 128) | 0x80);
  }
  return Buffer.from([...out, value]);
}

// An offset is signed: its last byte must not have the bit that says so.
function encodedOffset(value) {
  const out = encoded(value);
  return (out.at(-1) & 0x40) === 0 ? out : Buffer.from([...out.subarray(0, -1), out.at(-1) | 0x80, 0]);
}

function segments() {
  const found = [];
  for (let left = unsigned(); left > 0; --left) {
    if (unsigned() !== 0 || bytes[at++] !== I32_CONST) {
      throw new Error(`${file}: a data segment that is not at a fixed place`);
    }
    const offset = unsigned(); // below 2^31
    if (bytes[at++] !== END) {
      throw new Error(`${file}: a data segment whose place is computed`);
    }
    const size = unsigned();
    found.push({ offset, data: bytes.subarray(at, at + size) });
    at += size;
  }
  return found;
}

function joined(all) {
  const first = Math.min(...all.map(({ offset }) => offset));
  const image = Buffer.alloc(Math.max(...all.map(({ offset, data }) => offset + data.length)) - first);
  for (const { offset, data } of all) {
    image.set(data, offset - first);
  }
  const body = Buffer.concat([
    encoded(1), Buffer.from([0, I32_CONST]), encodedOffset(first), Buffer.from([END]), encoded(image.length), image,
  ]);
  return Buffer.concat([Buffer.from([DATA]), encoded(body.length), body]);
}

const out = [bytes.subarray(0, at)];
while (at < bytes.length) {
  const begin = at;
  const id = bytes[at++];
  const size = unsigned();
  const end = at + size;
  out.push(id === DATA ? joined(segments()) : bytes.subarray(begin, end));
  at = end;
}
const module = Buffer.concat(out);
if (!WebAssembly.validate(module)) {
  throw new Error(`${file}: the joined module is not valid`);
}
writeFileSync(file, module);
