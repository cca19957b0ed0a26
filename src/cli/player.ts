/**
 * The system's player, fed with raw samples.
 *
 * @module
 */

import type { AudioSink } from "./audio_sink.ts";

/** A program that plays 16-bit little-endian mono samples from its standard input. */
interface PlayerProgram {
  readonly name: string;
  /** Its arguments for a sample rate in Hz. */
  readonly args: (sampleRate: number) => string[];
}

/**
 * In the order in which they are tried: those that find the sound system by themselves first.
 * Buffers are kept short, so that the first word is heard soon and an interruption is too.
 */
const PROGRAMS: readonly PlayerProgram[] = [
  {
    name: "ffplay",
    // One channel is the default; the option for it is not the same in all versions.
    args: (rate) => [
      ...["-loglevel", "error", "-nodisp", "-autoexit", "-fflags", "nobuffer"],
      ...["-probesize", "32", "-f", "s16le", "-sample_rate", `${rate}`, "-i", "pipe:0"],
    ],
  },
  {
    name: "pacat",
    args: (rate) => [
      ...["--playback", "--format=s16le", `--rate=${rate}`, "--channels=1"],
      ...["--latency-msec=100", "--client-name=syrinx"],
    ],
  },
  {
    name: "aplay",
    args: (rate) => [
      ...["-q", "-t", "raw", "-f", "S16_LE", "-r", `${rate}`, "-c", "1"],
      "--buffer-time=200000",
    ],
  },
  {
    name: "play",
    args: (rate) => [
      ...["-q", "-t", "raw", "-r", `${rate}`, "-e", "signed-integer", "-b", "16", "-L"],
      ...["-c", "1", "-"],
    ],
  },
];

/** The names of all players, in the order in which they are tried. */
export const playerNames: readonly string[] = PROGRAMS.map(({ name }) => name);

/** The player cannot go on; the message is one line for the person at the terminal. */
export class PlayerError extends Error {
  override readonly name = "PlayerError";
}

/**
 * Starts the first player that is installed; undefined when none is.
 *
 * @param sampleRate Hz.
 * @param wanted the only one to try.
 */
export function startPlayer(sampleRate: number, wanted?: string): Player | undefined {
  for (const { name, args } of PROGRAMS) {
    if (wanted !== undefined && wanted !== name) continue;
    try {
      const command = new Deno.Command(name, {
        args: args(sampleRate),
        stdin: "piped",
        stdout: "null",
        stderr: "inherit",
      });
      return new Player(name, command.spawn(), sampleRate);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}

/** A player that runs. */
export class Player implements AudioSink {
  readonly #name: string;
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBufferLike>>;
  readonly #bytesPerMs: number;
  #givenMs = 0;
  /** When the player will have played all that it was given (`performance.now()`, ms). */
  #dryAt = 0;
  #isInterrupted = false;
  #closed: Promise<void> | undefined;

  /** @param sampleRate Hz. */
  constructor(name: string, process: Deno.ChildProcess, sampleRate: number) {
    this.#name = name;
    this.#process = process;
    this.#input = process.stdin.getWriter();
    this.#bytesPerMs = 2 * sampleRate / 1000;
  }

  /**
   * By what it was given and the time since, as if it played at once: the start of the program and
   * its own buffer make it some 100 ms less.
   */
  get playedMs(): number {
    return this.#givenMs - Math.max(0, this.#dryAt - performance.now());
  }

  /** @throws {PlayerError} if the player has ended. */
  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (this.#isInterrupted) return;
    try {
      await this.#input.write(bytes);
    } catch {
      return await this.#checkStatus("stopped before the end");
    }
    const ms = bytes.length / this.#bytesPerMs;
    this.#givenMs += ms;
    this.#dryAt = Math.max(this.#dryAt, performance.now()) + ms;
  }

  /** @throws {PlayerError} if the player ends with an exit code other than 0. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  interrupt(): void {
    if (this.#isInterrupted) return;
    // Its position stays as it was heard.
    this.#givenMs = this.playedMs;
    this.#dryAt = 0;
    this.#isInterrupted = true;
    try {
      this.#process.kill("SIGTERM");
    } catch {
      // It has ended already: a terminal sends Ctrl-C to all programs in the foreground.
    }
  }

  finish(): void {
    this.interrupt();
  }

  async #close(): Promise<void> {
    try {
      await this.#input.close();
    } catch {
      // It has ended; its exit code tells.
    }
    await this.#checkStatus();
  }

  async #checkStatus(trouble?: string): Promise<void> {
    const { code } = await this.#process.status;
    if (this.#isInterrupted || (code === 0 && trouble === undefined)) return;
    const others = playerNames.filter((name) => name !== this.#name).join(", ");
    throw new PlayerError(
      `${this.#name} ${trouble ?? "failed"} (exit code ${code}); ` +
        `try another --player (${others}), or --out FILE.wav`,
    );
  }
}
