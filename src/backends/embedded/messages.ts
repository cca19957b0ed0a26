/**
 * What the main thread and an engine's thread say to each other.
 *
 * @module
 */

import type { EngineName } from "../../engines/registry.ts";
import type { AudioChunk, SynthesisRequest, Voice } from "../../speech/backend.ts";

/** The first message to a thread. Answered with `ready` or `start_failed`. */
export interface StartMessage {
  readonly type: "start";
  readonly engine: EngineName;
  /** What the engine's `prepare` gave. */
  readonly prepared: unknown;
  /**
   * One 32-bit number, shared: syntheses up to that id are no longer wanted. Not a message, because
   * a thread that speaks reads none.
   */
  readonly cancelledUpTo: SharedArrayBuffer;
  /** Absent when syntheses are not profiled. */
  readonly profiling?: ProfilingMessage;
}

/** How a thread's syntheses are profiled. */
export interface ProfilingMessage {
  /** What each of them is called. */
  readonly section: string;
  /** Those that take less, in ms, are not told of. */
  readonly minDurationMs: number;
}

/** To be spoken. Answered with any number of `chunk`, then one of `done` and `failed`. */
export interface SpeakMessage {
  readonly type: "speak";
  /** Grows by one with every synthesis of the thread; the first is 1. */
  readonly id: number;
  readonly request: SynthesisRequest;
}

/** The last message to a thread that must not be killed. Answered with `ended` once it is idle. */
export interface EndMessage {
  readonly type: "end";
}

/** Messages to a thread. */
export type ToThread = StartMessage | SpeakMessage | EndMessage;

/** Messages from a thread. */
export type FromThread =
  /** The engine runs and has spoken a first word. */
  | { readonly type: "ready"; readonly voices: readonly Voice[] }
  | { readonly type: "start_failed"; readonly message: string }
  | { readonly type: "chunk"; readonly id: number; readonly chunk: AudioChunk }
  /** Also the answer when the synthesis was cancelled. */
  | { readonly type: "done"; readonly id: number; readonly memoryBytes: number }
  | {
    readonly type: "failed";
    readonly id: number;
    readonly message: string;
    /** Whether the engine's program trapped, rather than said no. */
    readonly trapped: boolean;
    readonly memoryBytes: number;
  }
  /** Nothing runs in the thread any more. */
  | { readonly type: "ended" }
  /** The bytes of a `.cpuprofile` of an earlier synthesis, at any time. */
  | { readonly type: "profile"; readonly name: string; readonly profile: Uint8Array }
  /** A synthesis could not be profiled. */
  | { readonly type: "profile_failed"; readonly message: string };
