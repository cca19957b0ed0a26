/**
 * The port between a wire protocol and the core. A dialect translates; it has no timers, sockets or
 * queues. One connection carries one or more channels, and each channel is a session of its own.
 *
 * @module
 */

import type { SessionLimits } from "../speech/limits.ts";
import type {
  Command,
  Problem,
  SessionEnd,
  SessionEvent,
  SpeechSettings,
} from "../speech/types.ts";

/** A message as it goes over the wire: text or binary. */
export type Message = string | Uint8Array<ArrayBuffer>;

/** What a session is opened with. */
export interface ChannelRequest {
  readonly settings: SpeechSettings;
  /** Name of an encoding that the connection's codecs know. */
  readonly encoding: string;
  /** Hz. */
  readonly sampleRate: number;
  readonly frameMs: number;
  /** Where the protocol has limits of its own. */
  readonly limits?: Partial<SessionLimits>;
  /**
   * Factor for the samples, where the protocol lets clients choose how loud it is.
   * @default {1}
   */
  readonly volume?: number;
  /**
   * Whether the first error that is told ends the session: in some protocols nothing comes after one.
   * @default {false}
   */
  readonly endsOnError?: boolean;
  /** The trace that the session is to be part of. */
  readonly traceparent?: string | undefined;
}

/** A parameter or field of a request that cannot be used. */
export interface BadParameter {
  readonly field: string;
  readonly message: string;
  /** What it may be; undefined where that cannot be listed. */
  readonly allowed?: readonly string[];
  /** The limit that was passed, in the field's unit. */
  readonly limit?: number;
}

/**
 * One thing that a client's message asks for. Without a `channel` it is about the one that was opened
 * with the connection.
 */
export type Decoded =
  /** Something for a session to do. */
  | { readonly command: Command; readonly channel?: string }
  /** The reason why a message cannot be used. */
  | { readonly problem: Problem; readonly channel?: string }
  /** A new channel. */
  | { readonly open: ChannelRequest; readonly channel: string }
  /** An answer that the core has no part in. */
  | { readonly reply: readonly Message[] }
  /** The key of a client that could show none when it connected. */
  | { readonly key: string }
  /** Every channel finishes what it has to say; then the connection ends. */
  | { readonly finish: true }
  /** The connection ends now, with this WebSocket close code. */
  | { readonly hangUp: number; readonly reason: string };

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
    /** Sessions at the same time, of the client's key or of all; the smaller of the two. */
    readonly maxSessions: number;
    /** Sessions at the same time from the client's address. */
    readonly maxSessionsPerAddress: number;
    /** Characters that the client's tenant may send in a minute, over all of its sessions; null: any. */
    readonly maxCharactersPerMinute: number | null;
    /** Time after which the client is asked to connect anew, in ms; null: never. */
    readonly maxConnectionMs: number | null;
    /** Time that a connection has for its handshakes, in ms; null: any. */
    readonly handshakeTimeoutMs: number | null;
    /** Bytes of a request's head. */
    readonly maxHeaderBytes: number;
  };
}

type AudioEvent = Extract<SessionEvent, { type: "audio" }>;

/** Audio as it goes over the wire. */
export type EncodedAudio = Omit<AudioEvent, "pcm"> & {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Samples of this audio; 0 for the last bytes of a file format. */
  readonly samples: number;
};

/** Everything a dialect has to put into words. */
export type WireEvent = Exclude<SessionEvent, AudioEvent> | EncodedAudio | Greeting;

/** A wire protocol, for one connection. */
export interface Dialect {
  /** As metrics and logs call it. */
  readonly name: string;
  /**
   * Reads one message; `data` is text, or the bytes of a binary message. What it asks for is carried
   * out in order, before the next message is read.
   */
  decode(data: string | Uint8Array): readonly Decoded[];
  /**
   * Whether a message interrupts: such a one is read however many have come. To be told where reading
   * a message has an effect, since others above the limit must not be read then; where it is not told
   * every message is read, and what it asks for may be refused afterwards.
   */
  interrupts?(data: string | Uint8Array): boolean;
  /** The messages that tell an event, possibly none. */
  encode(event: WireEvent, channel: string): readonly Message[];
  /** A channel's session is over, and its name free again. Returns what is still to be told of it. */
  channelEnded?(channel: string): readonly Message[];
  /**
   * The WebSocket close code for the end of the connection; undefined for the usual one.
   * @default {the meanings of RFC 6455, 7.4.1}
   */
  closeCode?(end: SessionEnd): number | undefined;
}

/** The name of the channel that is opened with a connection. */
export const MAIN = "";
