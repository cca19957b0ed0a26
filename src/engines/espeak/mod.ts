/**
 * eSpeak NG: 140 voices in over 100 languages, robotic, and the quickest to begin.
 *
 * It is under the GPL, version 3, so it is not among the dependencies: who wants it says
 *
 * ```sh
 * npx --yes deno@2.9.6 add --frozen=false npm:@echogarden/espeak-ng-emscripten@0.3.5
 * ```
 *
 * Its data is in its package's folder, which `permissions.start` in `deno.json` lets it read.
 *
 * @module
 */

import { ConfigError } from "../../errors.ts";
import type { EngineModule } from "../engine.ts";
import { EspeakEngine } from "./engine.ts";
import type { EspeakPackage } from "./library.ts";

const PACKAGE = "@echogarden/espeak-ng-emscripten";

/** What installs it. */
export const INSTALL_COMMAND = `npx --yes deno@2.9.6 add --frozen=false npm:${PACKAGE}@0.3.5`;

/**
 * The engine over a module.
 *
 * @param specifier the module's name or URL. Not written where it is imported: the runtime would
 * then take it for a dependency.
 */
export function espeakEngine(specifier: string): EngineModule {
  return {
    async prepare() {
      await importPackage(specifier);
      return specifier;
    },
    async start(prepared) {
      const { default: startLibrary } = await importPackage(prepared as string);
      const library = await startLibrary();
      return new EspeakEngine(await new library.eSpeakNGWorker());
    },
  };
}

export const engine: EngineModule = espeakEngine(PACKAGE);

async function importPackage(specifier: string): Promise<EspeakPackage> {
  try {
    return await import(specifier);
  } catch {
    throw new ConfigError([
      `ENGINE: the engine espeak is not installed; to install it: ${INSTALL_COMMAND}`,
    ]);
  }
}
