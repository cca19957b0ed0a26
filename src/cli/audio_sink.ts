/**
 * Where audio goes.
 *
 * @module
 */

/** A file, a stream, or a player. */
export interface AudioSink {
  /** Resolves when more can be taken. Rejects when the audio cannot be written. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Resolves when everything has been written, or heard. Idempotent. */
  close(): Promise<void>;
  /** The listener wants silence now: what has not been heard is dropped. Must not throw. */
  interrupt?(): void;
  /** Leaves things in order before the process ends at once. Synchronous: nothing comes after it. */
  finish?(): void;
  /** How much has been heard, in ms; absent where nobody listens. */
  readonly playedMs?: number;
}

/** Drops the audio. */
export class NoSink implements AudioSink {
  write(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
