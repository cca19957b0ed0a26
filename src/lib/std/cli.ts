// The official standard library's command line helpers as npm carries them, with types.
// To take them from JSR instead, map "@std/cli" to "jsr:@std/cli" in deno.json.
// @ts-types="./cli.d.ts"
export * from "deno-std/cli/mod.js";
