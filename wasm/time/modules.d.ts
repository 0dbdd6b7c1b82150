// What stands beside time.js when it is built; the types are those of wasm/.
declare module "*/callgate.mjs" {
  const create: typeof import("../callgate").default;
  export default create;
}
declare module "*/wire.mjs" {
  const encode: typeof import("../wire.mjs").encode;
  const decode: typeof import("../wire.mjs").decode;
  const call: typeof import("../wire.mjs").call;
  export { call, decode, encode };
}
