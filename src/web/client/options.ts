/**
 * How a session is opened.
 *
 * @module
 */

import type { AudioChunk, SessionEvents } from "./api.ts";
import type { AudioContextLike, AudioNodeLike } from "./web_audio.ts";

/** As much of a `WebSocket` as is used here. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  send(data: string): void;
  close(code?: number): void;
  // deno-lint-ignore no-explicit-any -- the classes of browsers and packages differ in this
  addEventListener(type: string, listener: (event: any) => void): void;
}

/** A class like the browser's `WebSocket`. */
export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

/** Attempts to connect again after a connection was lost. */
export interface ReconnectOptions {
  /**
   * Attempts in a row before the session is closed; 0: none.
   * @default {20}
   */
  readonly attempts?: number;
  /**
   * Longest pause before the first attempt; it doubles with each, and the pause is a random part.
   * @default {200}
   */
  readonly initialMs?: number;
  /**
   * Longest pause before any attempt.
   * @default {5_000}
   */
  readonly maxMs?: number;
}

/** Options of `connect`. */
export interface ConnectOptions {
  /** A key, where the server asks for one. */
  readonly token?: string;
  /** A voice of the server; its default if absent. */
  readonly voice?: string;
  /** 0.5 to 2. @default {1} */
  readonly speed?: number;
  /** How audio is sent; `opus` needs WebCodecs. @default {"pcm_s16le"} */
  readonly encoding?: "pcm_s16le" | "mulaw" | "alaw" | "opus";
  /** Hz on the wire; the voice's own if absent, which takes least. Any rate is played right. */
  readonly sampleRate?: number;
  /** Audio sent ahead of real time; the server's default if absent. */
  readonly leadMs?: number | "unpaced";
  /**
   * How it is known what was heard: `speakers` plays, and knows to the sample; `clock` takes audio to
   * be played as it comes, in real time; `told` goes by `AudioChunk.played`.
   * @default {"speakers" where there is an AudioContext, else "clock"}
   */
  readonly playback?: "speakers" | "clock" | "told";
  /** Is given all audio as it arrives. */
  readonly onAudio?: (chunk: AudioChunk) => void;
  /** Plays; one of its own, closed with the session, if absent. */
  readonly audioContext?: AudioContextLike;
  /** Where the sound goes, such as an analyser of that context. @default {the context's destination} */
  readonly destination?: AudioNodeLike;
  /** Where `worklet.js` is. @default {beside this module} */
  readonly workletUrl?: string | URL;
  /**
   * Audio to gather before playing begins, unless a sentence is shorter; less is sooner, more stands
   * more jitter.
   * @default {100}
   */
  readonly bufferMs?: number;
  readonly reconnect?: ReconnectOptions;
  /** Is told of every protocol message, as the event `message`, and of the very first ones too. */
  readonly onMessage?: (event: SessionEvents["message"]) => void;
  /** Longest wait for a connection. @default {10_000} */
  readonly timeoutMs?: number;
  /** Where there is no global one. */
  readonly WebSocket?: WebSocketConstructor;
}
