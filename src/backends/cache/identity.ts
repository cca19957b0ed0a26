/**
 * What the sound of a sentence depends on beside its voice, speed and text.
 *
 * @module
 */

import type { RemoteEvent } from "../remote.ts";

/** Options of {@linkcode engineIdentity}. */
export interface EngineIdentityOptions {
  /** Of Syrinx, and so of the engines that it comes with. */
  readonly version: string;
  readonly engine: string;
  /** Folder of the engine's model; empty where it has none. */
  readonly modelDir: string;
}

/**
 * Names an embedded engine. A model is known by its files' names and sizes, wherever it lies: servers
 * that have the same one find each other's sentences.
 */
export async function engineIdentity(options: EngineIdentityOptions): Promise<string> {
  const { version, engine, modelDir } = options;
  const files: string[] = [];
  if (modelDir !== "") {
    for await (const { name, isDirectory } of Deno.readDir(modelDir)) {
      if (isDirectory) continue;
      const { size } = await Deno.stat(`${modelDir}/${name}`);
      files.push(`${name}:${size}`);
    }
  }
  return JSON.stringify([version, engine, ...files.toSorted()]);
}

/**
 * Names a fleet by the engines of its members, those that are down included: they say their engine
 * when they come, and when another program has come in their place.
 */
export class FleetIdentity {
  readonly #version: string;
  /** By address. */
  readonly #engines = new Map<string, string>();
  #name: string;

  /** @param version of Syrinx. */
  constructor(version: string) {
    this.#version = version;
    this.#name = version;
  }

  /** Names the fleet as it is now. */
  get name(): string {
    return this.#name;
  }

  /** Takes note of who comes and goes. */
  note(event: RemoteEvent): void {
    if (event.type === "backend_up") this.#engines.set(event.backend, event.engine);
    else if (event.type === "backend_down" && event.reason === "removed") {
      this.#engines.delete(event.backend);
    } else return;
    const engines = new Set(this.#engines.values());
    this.#name = JSON.stringify([this.#version, ...[...engines].toSorted()]);
  }
}
