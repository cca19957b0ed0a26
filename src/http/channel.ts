/**
 * One session and the encoding of its audio: what a connection has one or more of.
 *
 * @module
 */

import type { ChannelRequest, WireEvent } from "../dialects/dialect.ts";
import type { SessionSink } from "../speech/playout.ts";
import type { Session } from "../speech/session.ts";
import type { SessionEvent } from "../speech/types.ts";

/** Encodes a stream of mono audio; a file format has a `finish`. */
export interface ChannelEncoder {
  encode(pcm: Int16Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
  /** What it still holds, and whatever a file ends with. */
  finish?(): Uint8Array<ArrayBuffer>;
  close(): void;
}

/** Opens the encoder of a channel's audio. */
export type CreateEncoder = (request: ChannelRequest) => ChannelEncoder;

/** Options of {@linkcode Channel}. */
export interface ChannelOptions {
  /** Opens the encoder when there is audio; a file format takes one for each utterance. */
  readonly createEncoder: () => ChannelEncoder;
  /** Delivers an event. May throw. */
  readonly write: (event: WireEvent) => void;
  /** Bytes that wait to leave. */
  readonly bufferedBytes: () => number;
  /** Whether the first error ends the session. */
  readonly endsOnError?: boolean | undefined;
  /** Something threw. */
  readonly onError: (error: unknown) => void;
}

/** A session's way out. */
export class Channel implements SessionSink {
  readonly #options: ChannelOptions;
  #session: Session | undefined;
  #encoder: ChannelEncoder | undefined;
  #lastAudio: Extract<SessionEvent, { type: "audio" }> | undefined;
  #isClosed = false;

  constructor(options: ChannelOptions) {
    this.#options = options;
  }

  /** The session; there is one as soon as it is {@linkcode open}. */
  get session(): Session {
    return this.#session!;
  }

  get bufferedBytes(): number {
    return this.#options.bufferedBytes();
  }

  /** Takes the session whose sink this is. */
  open(session: Session): this {
    this.#session = session;
    return this;
  }

  send(event: SessionEvent): void {
    try {
      if (event.type === "audio") return this.#sendAudio(event);
      if (event.type === "utterance_ended") this.#endFile(event.outcome === "interrupted");
      this.#options.write(event);
      // Not from inside of what the session is doing.
      if (event.type === "error" && this.#options.endsOnError) {
        queueMicrotask(() => this.#session?.end(event.problem.code));
      }
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** Frees the encoder. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#encoder?.close();
    this.#encoder = undefined;
  }

  #sendAudio(event: Extract<SessionEvent, { type: "audio" }>): void {
    if (this.#isClosed) return;
    this.#encoder ??= this.#options.createEncoder();
    const { type, utteranceNumber, sentenceIndex, offsetMs, pcm } = event;
    const bytes = this.#encoder.encode(pcm);
    if (this.#encoder.finish !== undefined) this.#lastAudio = event;
    if (bytes.length === 0) return;
    const samples = pcm.length;
    // Not by a spread: this runs for every message of audio.
    this.#options.write({ type, utteranceNumber, sentenceIndex, offsetMs, bytes, samples });
  }

  /** A file ends with its utterance; one that was interrupted has no use for its end. */
  #endFile(isInterrupted: boolean): void {
    const encoder = this.#encoder;
    if (encoder?.finish === undefined) return;
    if (!isInterrupted) this.#finishFile(encoder.finish());
    encoder.close();
    this.#encoder = this.#lastAudio = undefined;
  }

  #finishFile(bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.length === 0) return;
    const { pcm: _, ...rest } = this.#lastAudio!;
    this.#options.write({ ...rest, bytes, samples: 0 });
  }
}
