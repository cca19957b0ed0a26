/**
 * The engines by name.
 *
 * @module
 */

import type { EngineModule } from "./engine.ts";

/** A new engine is a folder and a line here; nothing of one is loaded before it is asked for. */
const engines = {
  flite: () => import("./flite/mod.ts"),
  espeak: () => import("./espeak/mod.ts"),
  sherpa: () => import("./sherpa/mod.ts"),
} satisfies Record<string, () => Promise<{ readonly engine: EngineModule }>>;

/** Name of an engine. */
export type EngineName = keyof typeof engines;

/** The names of all engines; the first is the default. */
export const engineNames: readonly EngineName[] = Object.keys(engines) as EngineName[];

/** Loads the code of an engine, not yet its data. */
export async function loadEngine(name: EngineName): Promise<EngineModule> {
  return (await engines[name]()).engine;
}
