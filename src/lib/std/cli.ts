// The official standard library's argument parser as npm carries it (`npm:deno-std`), with types.
// To take it from JSR instead, map "@std/cli" to "jsr:@std/cli" in deno.json. (The package's
// cli/mod.js cannot be loaded: it lacks a data file of another function.)
// @ts-types="./cli.d.ts"
export * from "deno-std/cli/parse_args.js";
