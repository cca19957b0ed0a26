/**
 * Playback that is not seen: audio is taken to be heard in real time, or when the program says so.
 *
 * @module
 */

import type { CancelTimer, Clock } from "../../lib/clock.ts";
import type { AudioState } from "./api.ts";
import { type Playback, type PlaybackListener, TrackBook } from "./playback.ts";

/** Options of {@linkcode ClockPlayback}. */
export interface ClockPlaybackOptions {
  readonly clock: Clock;
  readonly listener: PlaybackListener;
  /** Whether only the program knows what was heard. */
  readonly isTold: boolean;
}

/** How often the position moves, in ms. */
const TICK_MS = 20;

/** See the module. */
export class ClockPlayback implements Playback {
  readonly #options: ClockPlaybackOptions;
  readonly #book: TrackBook;
  /** Tracks whose audio may run out without being missed. */
  readonly #complete = new Set<number>();
  #cancelTimer: CancelTimer | undefined;
  #movedAt = 0;
  #isPaused = false;
  #underruns = 0;

  constructor(options: ClockPlaybackOptions) {
    this.#options = options;
    this.#book = new TrackBook(options.listener);
  }

  get state(): AudioState {
    return "running";
  }

  get bufferedMs(): number {
    let ms = 0;
    for (const track of this.#book.tracks) ms += this.#book.waitingMs(track);
    return ms;
  }

  get underruns(): number {
    return this.#underruns;
  }

  write(track: number, pcm: Int16Array, sampleRate: number): void {
    this.#complete.delete(track);
    this.#book.wrote(track, pcm.length * 1_000 / sampleRate);
    this.#run();
  }

  complete(track: number): void {
    this.#complete.add(track);
  }

  end(track: number): void {
    this.#book.end(track);
    this.#complete.delete(track);
  }

  cut(tracks: readonly number[], fromMs: number): Promise<number> {
    this.#move();
    for (const track of tracks) {
      this.#complete.delete(track);
      this.#book.cut(track, fromMs);
    }
    return Promise.resolve(0);
  }

  tell(track: number, playedMs: number): void {
    if (this.#options.isTold) this.#book.played(track, playedMs);
  }

  pause(): void {
    this.#move();
    this.#isPaused = true;
    this.#stop();
  }

  resume(): void {
    this.#isPaused = false;
    this.#run();
  }

  unlock(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#stop();
    return Promise.resolve();
  }

  #run(): void {
    if (this.#cancelTimer !== undefined || this.#isPaused || this.#options.isTold) return;
    const { clock } = this.#options;
    this.#movedAt = clock.now();
    this.#cancelTimer = clock.every(TICK_MS, () => this.#move());
  }

  #stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** Lets the time since the last move be heard. */
  #move(): void {
    if (this.#cancelTimer === undefined) return;
    const now = this.#options.clock.now();
    let ms = now - this.#movedAt;
    this.#movedAt = now;
    for (const track of [...this.#book.tracks]) {
      const part = Math.min(ms, this.#book.waitingMs(track));
      const isOpen = !this.#book.isEnded(track);
      this.#book.played(track, this.#book.playedMs(track) + part);
      ms -= part;
      if (isOpen && ms > 0 && part > 0 && !this.#complete.has(track)) this.#underruns++;
      // Nothing of a later track is heard before an open one is over.
      if (isOpen) break;
    }
    if (this.bufferedMs === 0) this.#stop();
  }
}
