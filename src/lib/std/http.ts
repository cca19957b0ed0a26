// The official standard library's HTTP helpers as npm carries them (`npm:deno-std`), with types.
// To take them from JSR instead, map "@std/http" to "jsr:@std/http" in deno.json. (The package's
// http/mod.js cannot be loaded: its file server lacks a module.)
// @ts-types="./http.d.ts"
export * from "deno-std/http/status.js";
