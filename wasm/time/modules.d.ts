// What stands beside time.js when it is built; the types are those of wasm/.
declare module "*/callgate.mjs" {
  const create: typeof import("../callgate").default;
  export default create;
}
declare module "*/wire.mjs" {
  const encode: typeof import("../wire").encode;
  const decode: typeof import("../wire").decode;
  const call: typeof import("../wire").call;
  export { call, decode, encode };
}
