/**
 * A backend that does what a script says, on a clock that is handed in: for tests and for load.
 *
 * @module
 */

import { msToSamples } from "../lib/pcm/duration.ts";
import type { Clock } from "../lib/clock.ts";
import type {
  AudioChunk,
  Backend,
  SynthesisRequest,
  Voice,
  WordTiming,
} from "../speech/backend.ts";

/** One thing that a scripted synthesis does. */
export type ScriptedStep =
  /** Lets time pass. */
  | { readonly waitMs: number }
  /**
   * Gives one chunk of audio of that length, see {@linkcode scriptedPcm}; `mark` (0..32767) is
   * written into it, the call's number if absent.
   */
  | { readonly audioMs: number; readonly mark?: number }
  /** Gives word timings, in a chunk without audio. */
  | { readonly words: readonly WordTiming[] }
  /** Throws an error with that message. */
  | { readonly fail: string }
  /** Never goes on. */
  | { readonly stall: true }
  /** From here on an abort of the signal changes nothing. */
  | { readonly ignoreCancellation: true };

/** What a synthesis does; `call` counts the calls of the backend from 0. */
export type Script = (request: SynthesisRequest, call: number) => Iterable<ScriptedStep>;

/** Options of {@linkcode ScriptedBackend}. */
export interface ScriptedBackendOptions {
  readonly clock: Clock;
  /** @default {steadyScript()} */
  readonly script?: Script;
  /** @default {scriptedVoices()} */
  readonly voices?: readonly Voice[];
}

/** What a {@linkcode ScriptedBackend} has done so far. */
export interface ScriptedCounts {
  /** Syntheses that run now. */
  readonly active: number;
  /** Most syntheses that ever ran at once. */
  readonly maxActive: number;
  /** Syntheses begun. */
  readonly started: number;
  /** Syntheses whose script came to its end. */
  readonly finished: number;
  /** Syntheses that an abort, or a consumer that stopped early, ended. */
  readonly cancelled: number;
  /** Syntheses that a `fail` step ended. */
  readonly failed: number;
}

/** Options of {@linkcode steadyScript}. */
export interface SteadyScriptOptions {
  /**
   * Time before the first audio, in ms.
   * @default {0}
   */
  readonly firstAudioMs?: number;
  /**
   * Time before each further chunk, in ms.
   * @default {0}
   */
  readonly chunkMs?: number;
  /**
   * Chunks per sentence.
   * @default {1}
   */
  readonly chunks?: number;
  /**
   * Audio in each chunk, in ms.
   * @default {100}
   */
  readonly audioMs?: number;
}

/** The same for every sentence: wait, give a chunk, wait, give a chunk, ... */
export function steadyScript(options: SteadyScriptOptions = {}): Script {
  const { firstAudioMs = 0, chunkMs = 0, chunks = 1, audioMs = 100 } = options;
  return function* () {
    for (let chunk = 0; chunk < chunks; chunk++) {
      const waitMs = chunk === 0 ? firstAudioMs : chunkMs;
      if (waitMs > 0) yield { waitMs };
      yield { audioMs };
    }
  };
}

/** Two voices, `one` and `two`, at `sampleRate` Hz. */
export function scriptedVoices(sampleRate = 16_000): readonly Voice[] {
  return ["one", "two"].map((id) => ({
    id,
    description: `scripted voice ${id}`,
    language: "en-US",
    sampleRate,
  }));
}

/**
 * Audio that tells where it belongs: at even positions stands the mark, at odd ones half the
 * position, so that a chunk of two samples tells its sentence and its place in it.
 *
 * @param mark 0..32767.
 * @param from position of the first sample in its sentence.
 * @param count number of samples.
 */
export function scriptedPcm(mark: number, from: number, count: number): Int16Array<ArrayBuffer> {
  const pcm = new Int16Array(count);
  for (let i = 0; i < count; i++) {
    const position = from + i;
    pcm[i] = position % 2 === 0 ? mark : (position >> 1) & 0x7fff;
  }
  return pcm;
}

/** See the module. */
export class ScriptedBackend implements Backend {
  readonly voices: readonly Voice[];
  readonly #clock: Clock;
  readonly #script: Script;
  readonly #requests: SynthesisRequest[] = [];
  #counts = { active: 0, maxActive: 0, started: 0, finished: 0, cancelled: 0, failed: 0 };

  constructor(options: ScriptedBackendOptions) {
    this.#clock = options.clock;
    this.#script = options.script ?? steadyScript();
    this.voices = options.voices ?? scriptedVoices();
  }

  /** A copy of the counters as they stand. */
  get counts(): ScriptedCounts {
    return { ...this.#counts };
  }

  /** The requests of all syntheses begun, in order. */
  get requests(): readonly SynthesisRequest[] {
    return this.#requests;
  }

  /** Lets go of the requests so far, where there are very many. */
  forgetRequests(): void {
    this.#requests.length = 0;
  }

  /**
   * Follows the script. Begins when the stream is first asked for a chunk.
   *
   * @throws {RangeError} for an unknown voice, the `fail` step's error, or the signal's reason.
   */
  async *synthesize(
    request: SynthesisRequest,
    options: { readonly signal: AbortSignal },
  ): AsyncGenerator<AudioChunk, void, void> {
    const voice = this.voices.find((voice) => voice.id === request.voice);
    if (voice === undefined) throw new RangeError(`no voice is called "${request.voice}"`);
    options.signal.throwIfAborted();
    const call = this.#begin(request);
    let outcome: "finished" | "cancelled" | "failed" = "cancelled";
    let signal: AbortSignal | undefined = options.signal;
    let samples = 0;
    try {
      for (const step of this.#script(request, call)) {
        if ("waitMs" in step) {
          await this.#wait(step.waitMs, signal);
        } else if ("audioMs" in step) {
          const count = msToSamples(step.audioMs, voice.sampleRate);
          yield { pcm: scriptedPcm(step.mark ?? call % 0x8000, samples, count) };
          samples += count;
        } else if ("words" in step) {
          yield { pcm: new Int16Array(0), words: step.words };
        } else if ("fail" in step) {
          outcome = "failed";
          throw new Error(step.fail);
        } else if ("stall" in step) {
          await this.#wait(undefined, signal);
        } else {
          signal = undefined;
        }
        signal?.throwIfAborted();
      }
      outcome = "finished";
    } finally {
      this.#counts.active--;
      this.#counts[outcome]++;
    }
  }

  #begin(request: SynthesisRequest): number {
    const counts = this.#counts;
    this.#requests.push(request);
    counts.active++;
    counts.maxActive = Math.max(counts.maxActive, counts.active);
    return counts.started++;
  }

  /** Waits `ms`, for ever if undefined, or until the signal aborts: then throws its reason. */
  #wait(ms: number | undefined, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let cancelTimer = () => {};
    const onAbort = () => {
      cancelTimer();
      reject(signal?.reason);
    };
    if (ms !== undefined) {
      cancelTimer = this.#clock.after(ms, () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      });
    }
    signal?.addEventListener("abort", onAbort, { once: true });
    return promise;
  }
}
