// What the build makes has its types beside wasm/.
declare module "*/callgate.mjs" {
  const create: typeof import("../wasm/callgate").default;
  export default create;
}
