// What the build makes, and the wire format, have their types beside wasm/.
declare module "*/callgate.mjs" {
  const create: typeof import("../wasm/callgate").default;
  export default create;
}
declare module "*/wire.mjs" {
  const encode: typeof import("../wasm/wire").encode;
  const decode: typeof import("../wasm/wire").decode;
  const call: typeof import("../wasm/wire").call;
  const records: typeof import("../wasm/wire").records;
  export { call, decode, encode, records };
}
