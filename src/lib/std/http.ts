// The official standard library's HTTP helpers as npm carries them (`npm:deno-std`), with types.
// To take them from JSR instead, map "@std/http" to "jsr:@std/http" in deno.json.
// @ts-types="./http.d.ts"
export * from "deno-std/http/mod.js";
