/**
 * The port to what makes audio heard, and the book that is kept of it.
 *
 * @module
 */

import type { AudioState } from "./api.ts";

/** Told where the listener is. A track is one part's audio; times are ms of it. */
export interface PlaybackListener {
  onPosition(track: number, playedMs: number): void;
  /** All of the track was heard, and no more of it will come. May be told again. */
  onHeard(track: number): void;
  onState(state: AudioState): void;
}

/** Makes audio heard, track after track. */
export interface Playback {
  readonly state: AudioState;
  /** Audio that is there and was not heard yet. */
  readonly bufferedMs: number;
  /** Times that the audio ran out in the middle of a sentence. */
  readonly underruns: number;
  /** Appends audio; all of a track comes before the next one's. */
  write(track: number, pcm: Int16Array, sampleRate: number): void;
  /** What there is of the track stands for itself: a sentence is complete. */
  complete(track: number): void;
  /** No more of the track will come. */
  end(track: number): void;
  /**
   * Throws away what is not played of these tracks from `fromMs` on; no more of them may come.
   * Resolves when it is known what was played, with the ms until the listener hears the silence.
   */
  cut(tracks: readonly number[], fromMs: number): Promise<number>;
  /** The listener played so much, says the program; counts where only the program knows. */
  tell(track: number, playedMs: number): void;
  pause(): void;
  resume(): void;
  /** Asks the browser to let audio be heard. */
  unlock(): Promise<void>;
  close(): Promise<void>;
}

/** Sums of lengths differ by less than a sample. */
const ROUNDING_MS = 0.01;

/** What is known of a track, in ms. */
interface Entry {
  written: number;
  played: number;
  isEnded: boolean;
}

/** How much of each track is there and was heard; tells a listener. */
export class TrackBook {
  readonly #entries = new Map<number, Entry>();
  readonly #listener: PlaybackListener;

  constructor(listener: PlaybackListener) {
    this.#listener = listener;
  }

  /** Tracks that are not heard to their end, in order. */
  get tracks(): IterableIterator<number> {
    return this.#entries.keys();
  }

  /** Audio of the track that is there and was not heard yet. */
  waitingMs(track: number): number {
    const { written, played } = this.#entry(track);
    return written - played;
  }

  /** Whether no more of the track will come. */
  isEnded(track: number): boolean {
    return this.#entry(track).isEnded;
  }

  playedMs(track: number): number {
    return this.#entry(track).played;
  }

  /** `ms` more are there. */
  wrote(track: number, ms: number): void {
    this.#entry(track).written += ms;
  }

  /** The listener has heard `ms` of it; never more than there is, never less than before. */
  played(track: number, ms: number): void {
    const entry = this.#entries.get(track);
    if (entry === undefined) return;
    const played = Math.min(ms, entry.written);
    if (played > entry.played) {
      entry.played = played;
      this.#listener.onPosition(track, played);
    }
    this.#checkHeard(track, entry);
  }

  /** No more of it will come. */
  end(track: number): void {
    const entry = this.#entry(track);
    entry.isEnded = true;
    this.#checkHeard(track, entry);
  }

  /** What is not played from `ms` on is gone, and no more comes. */
  cut(track: number, ms: number): void {
    const entry = this.#entry(track);
    entry.written = Math.min(entry.written, Math.max(ms, entry.played));
    this.end(track);
  }

  #entry(track: number): Entry {
    let entry = this.#entries.get(track);
    if (entry === undefined) {
      entry = { written: 0, played: 0, isEnded: false };
      this.#entries.set(track, entry);
    }
    return entry;
  }

  #checkHeard(track: number, { written, played, isEnded }: Entry): void {
    if (!isEnded || written - played > ROUNDING_MS) return;
    this.#entries.delete(track);
    this.#listener.onHeard(track);
  }
}
