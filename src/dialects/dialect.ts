/**
 * The port between a wire protocol and the core. A dialect translates; it has no timers, sockets or
 * queues.
 *
 * @module
 */

import type { SessionLimits } from "../speech/limits.ts";
import type { Command, Problem, SessionEvent, SpeechSettings } from "../speech/types.ts";

/** What a message turned out to be: a command, or the reason why it is none. */
export type Decoded = { readonly command: Command } | { readonly problem: Problem };

/** What a client is told when its session starts. */
export interface Greeting {
  readonly type: "session_started";
  readonly sessionId: string;
  readonly settings: SpeechSettings;
  readonly encoding: string;
  readonly sampleRate: number;
  readonly frameMs: number;
  readonly limits: SessionLimits & {
    readonly maxMessageBytes: number;
    readonly maxMessagesPerSecond: number;
  };
}

type AudioEvent = Extract<SessionEvent, { type: "audio" }>;

/** Audio as it goes over the wire. */
export type EncodedAudio = Omit<AudioEvent, "pcm"> & { readonly bytes: Uint8Array<ArrayBuffer> };

/** Everything a dialect has to put into words. */
export type WireEvent = Exclude<SessionEvent, AudioEvent> | EncodedAudio | Greeting;

/** A wire protocol. */
export interface Dialect {
  /** Reads one message; `data` is text, or the bytes of a binary message. */
  decode(data: string | Uint8Array): Decoded;
  /** The messages that tell an event: text or binary, possibly none. */
  encode(event: WireEvent): (string | Uint8Array<ArrayBuffer>)[];
}
