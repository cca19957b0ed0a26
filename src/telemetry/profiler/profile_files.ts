/**
 * A folder of profiles that does not grow without end.
 *
 * @module
 */

import { requirePermission } from "./permission.ts";

/** Options of {@linkcode ProfileFiles}. */
export interface ProfileFilesOptions {
  readonly folder: string;
  /** Most files; the oldest are deleted. Others that lie in the folder are left alone. */
  readonly maxFiles: number;
  /** A profile could not be written, or an old one not be deleted. */
  readonly onError: (error: unknown) => void;
  /**
   * Milliseconds since 1970, for the names.
   * @default {Date.now}
   */
  readonly wallClock?: () => number;
}

/** Profiles that may wait to be written; more are dropped: the disk is too slow for them. */
const MAX_WAITING = 32;

/** What {@linkcode ProfileFiles} calls its files; it deletes no others. */
const FILE_NAME = /_(\d{8}T\d{9}Z)_(\d+)\.cpuprofile$/;

/** Writes one after the other; nobody has to wait for it. One process per folder. */
export class ProfileFiles {
  readonly #options: ProfileFilesOptions;
  readonly #now: () => number;
  /** Names of the files in the folder, the oldest first; undefined until it was looked at. */
  #names: string[] | undefined;
  #count = 0;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(options: ProfileFilesOptions) {
    this.#options = options;
    this.#now = options.wallClock ?? Date.now;
  }

  /** Writes `NAME_TIME_N.cpuprofile`, soon. Errors go to `onError`. */
  write(name: string, profile: Uint8Array): void {
    const { onError } = this.#options;
    if (this.#waiting >= MAX_WAITING) {
      return onError(new Error(`${MAX_WAITING} profiles wait to be written; one is dropped`));
    }
    this.#waiting++;
    const file = `${safeName(name)}_${timeText(this.#now())}_${++this.#count}.cpuprofile`;
    this.#last = this.#last.then(() => this.#store(file, profile)).catch(onError)
      .finally(() => this.#waiting--);
  }

  /** Resolves when everything is written. */
  flushed(): Promise<void> {
    return this.#last;
  }

  async #store(file: string, profile: Uint8Array): Promise<void> {
    const { folder, maxFiles } = this.#options;
    requirePermission({ name: "write", path: folder }, `--allow-write=${folder}`);
    requirePermission({ name: "read", path: folder }, `--allow-read=${folder}`);
    await Deno.mkdir(folder, { recursive: true });
    this.#names ??= await ownFiles(folder);
    await Deno.writeFile(`${folder}/${file}`, profile);
    this.#names.push(file);
    while (this.#names.length > maxFiles) {
      // Off the list first: what cannot be deleted must not hold up the next.
      await removeIfThere(`${folder}/${this.#names.shift()!}`);
    }
  }
}

/** Files of earlier runs, the oldest first. */
async function ownFiles(folder: string): Promise<string[]> {
  const found: { readonly name: string; readonly time: string; readonly count: number }[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    const match = FILE_NAME.exec(name);
    if (match !== null) found.push({ name, time: match[1]!, count: Number(match[2]) });
  }
  found.sort((a, b) => a.time.localeCompare(b.time) || a.count - b.count);
  return found.map(({ name }) => name);
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** A part of a file's name, whatever a section is called. */
function safeName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]+/g, "_").slice(0, 80) || "section";
}

/** `20261125T101112345Z`: sorts by time, and every file system takes it. */
function timeText(now: number): string {
  return new Date(now).toISOString().replaceAll(/[-:.]/g, "");
}
