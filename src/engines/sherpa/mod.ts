/**
 * sherpa-onnx: neural voices of the user's own model, Piper, Kokoro or Kitten; native code, under
 * the Apache licence, version 2.0. `docs/engines.md` tells which models fit, what they cost and which
 * permissions native code takes.
 *
 * It is not among the dependencies: who wants it says
 *
 * ```sh
 * npx --yes deno@2.9.6 add --frozen=false npm:sherpa-onnx-node@1.13.8
 * ```
 *
 * @module
 */

import { ConfigError } from "../../errors.ts";
import type { EngineModule } from "../engine.ts";
import { SherpaEngine } from "./engine.ts";
import type { SherpaConfig, SherpaPackage } from "./library.ts";
import { readModelFolder } from "./model_folder.ts";
import { type SherpaVoice, voicesOf } from "./voices.ts";

const PACKAGE = "sherpa-onnx-node";

/** What installs it. */
export const INSTALL_COMMAND = `npx --yes deno@2.9.6 add --frozen=false npm:${PACKAGE}@1.13.8`;

/** What threads get. */
interface Prepared {
  readonly specifier: string;
  readonly config: SherpaConfig;
  readonly voices: readonly SherpaVoice[];
}

/**
 * The engine over a module.
 *
 * @param specifier the module's name or URL. Not written where it is imported: the runtime would
 * then take it for a dependency.
 */
export function sherpaEngine(specifier: string): EngineModule {
  return {
    manners: {
      // Hundreds of megabytes may come from a slow disk.
      startTimeoutMs: 120_000,
      // A sentence's audio comes whole, after as long as it lasts on a slow machine.
      hangTimeoutMs: 60_000,
      cancelTimeoutMs: 60_000,
      mustFinish: true,
    },
    async prepare({ modelDir = "", modelThreads = 1 } = {}): Promise<Prepared> {
      const model = await readModelFolder(modelDir);
      await importPackage(specifier);
      return {
        specifier,
        config: {
          model: { ...model.files, numThreads: modelThreads, provider: "cpu", debug: false },
          maxNumSentences: 1,
        },
        voices: voicesOf(model),
      };
    },
    async start(prepared) {
      const { specifier, config, voices } = prepared as Prepared;
      const { default: { OfflineTts } } = await importPackage(specifier);
      return new SherpaEngine(await OfflineTts.createAsync(config), voices);
    },
  };
}

export const engine: EngineModule = sherpaEngine(PACKAGE);

async function importPackage(specifier: string): Promise<SherpaPackage> {
  try {
    return await import(specifier);
  } catch (error) {
    throw new ConfigError([
      isNotInstalled(error)
        ? `ENGINE: the engine sherpa is not installed; to install it: ${INSTALL_COMMAND}`
        // Without the permission the package looks for its native part elsewhere, and fails there.
        : "ENGINE: the engine sherpa cannot be loaded; it is native code, which takes --allow-ffi, " +
          `see docs/engines.md (${error instanceof Error ? error.message : error})`,
    ]);
  }
}

function isNotInstalled(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
}
