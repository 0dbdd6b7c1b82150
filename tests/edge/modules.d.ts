declare module "*/port_tests.mjs" {
  export default function create(options: object): Promise<{ callMain(args: string[]): number }>;
}
