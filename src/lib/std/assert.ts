// The official standard library's assertions as npm carries them (`npm:deno-std`), with types.
// To take them from JSR instead, map "@std/assert" to "jsr:@std/assert" in deno.json.
// @ts-types="./assert.d.ts"
export * from "deno-std/assert/mod.js";
