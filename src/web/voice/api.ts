/**
 * What a program sees of voice barge-in.
 *
 * @module
 */

import type { BargeInReport } from "../client/api.ts";
import type { SyrinxError } from "../client/errors.ts";
import type { AudioContextLike, AudioNodeLike } from "../client/web_audio.ts";
import type { VoiceSettings, VoiceState } from "./messages.ts";

export type { VoiceState } from "./messages.ts";

/** A `MediaStream` of a microphone. */
export interface MicrophoneLike {
  getTracks(): readonly {
    stop(): void;
    addEventListener(type: "ended", listener: () => void): void;
  }[];
}

/** An `AudioContext` that takes a microphone. */
export interface VoiceContextLike extends AudioContextLike {
  // deno-lint-ignore no-explicit-any -- a browser's own type of a stream is none that is known here
  createMediaStreamSource(stream: any): AudioNodeLike;
}

/** Options of `attachVoice`. */
export interface VoiceOptions {
  /** 0 (only loud speech nearby) to 1 (a whisper). @default {0.5} */
  readonly sensitivity?: number;
  /** Shorter speech does not interrupt, in ms. @default {250} */
  readonly minSpeechMs?: number;
  /**
   * A microphone that is open already; it is left open.
   * @default {the browser's, with echo cancellation and noise suppression; the listener is asked}
   */
  readonly stream?: MicrophoneLike;
  /** Listens; one of its own, closed with the voice, if absent. */
  readonly audioContext?: VoiceContextLike;
  /** Where `voice_worklet.js` is. @default {beside this module} */
  readonly workletUrl?: string | URL;
}

/** What a voice tells. */
export interface VoiceEvents {
  readonly state: VoiceState;
  /** Some times a second: how loud the microphone is, and what would count, in dB of full scale. */
  readonly level: { readonly db: number; readonly thresholdDb: number };
  /** Speech interrupted what was being said. */
  readonly bargeIn: BargeInReport;
  /** It was no speech: what was being said goes on where it stopped. */
  readonly falseAlarm: undefined;
  /** Over: by `close`, with the session, or because the microphone is gone. */
  readonly ended: SyrinxError | undefined;
}

/** A listener who can interrupt by speaking. */
export interface Voice {
  readonly state: VoiceState;
  /** Takes other settings at once. */
  configure(settings: Partial<VoiceSettings>): void;
  /** Listens no more, and frees the microphone. Idempotent. */
  close(): Promise<void>;
  /** Calls `listener` for every event of that type, until the returned function is called. */
  on<Type extends keyof VoiceEvents>(
    type: Type,
    listener: (event: VoiceEvents[Type]) => void,
  ): () => void;
}
