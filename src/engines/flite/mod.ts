/**
 * Flite, the default engine: small, quick, American and Scottish English; BSD-like license, all
 * data in its npm package. It needs no permissions.
 *
 * @module
 */

import type { EngineModule } from "../engine.ts";
import { FliteEngine } from "./engine.ts";
import { FliteProgram } from "./program.ts";

export const engine: EngineModule = {
  // Compiled once; threads get the module posted, which takes 2 ms instead of the import's 60.
  prepare: async () => (await import("./wasm_module.js")).module,
  start: (prepared) =>
    Promise.resolve(new FliteEngine(new FliteProgram(prepared as WebAssembly.Module))),
};
