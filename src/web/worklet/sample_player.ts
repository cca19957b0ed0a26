/**
 * From samples that arrive in bursts to a steady stream, without clicks.
 *
 * Sound never stops at once: its last milliseconds are played backwards, fading out. So whatever ends
 * it (no more audio, a cut, a pause), the wave goes on smoothly and nothing has to be held back for
 * it. Sound that begins fades in.
 *
 * @module
 */

import type { PlayerOptions, PlayerPosition } from "./messages.ts";
import { RingBuffer } from "./ring_buffer.ts";

/** One track's audio in the ring. */
interface Segment {
  readonly track: number;
  readonly start: number;
  end: number;
  /** Whether playing may stop at its end without being an underrun. */
  isComplete: boolean;
  /** Whether it ends where its audio did not. */
  isCut: boolean;
}

/** Plays tracks one after the other. */
export class SamplePlayer {
  readonly #options: PlayerOptions;
  readonly #ring = new RingBuffer();
  /** The first one is playing or next. The last one stays when it is played: more may come of it. */
  readonly #segments: Segment[] = [];
  readonly #onPosition: (position: PlayerPosition) => void;
  /** The last samples put out. */
  readonly #history: Float32Array;
  #isPlaying = false;
  #isPaused = false;
  /** Samples of fading out that are left. */
  #tail = 0;
  /** Samples of fading in that are done. */
  #faded = 0;
  #last: { track: number; played: number } = { track: 0, played: 0 };
  #underruns = 0;

  /** @param onPosition is told when a track has been played, or playing stops. */
  constructor(options: PlayerOptions, onPosition: (position: PlayerPosition) => void) {
    this.#options = options;
    this.#onPosition = onPosition;
    this.#history = new Float32Array(options.fadeSamples);
  }

  /** Whether sound is being made now; at its end a fade may still follow. */
  get isPlaying(): boolean {
    return this.#isPlaying;
  }

  /** Where playing is. */
  get position(): PlayerPosition {
    return { ...this.#last, buffered: this.#buffered(), underruns: this.#underruns };
  }

  /** Appends audio. All audio of a track comes before that of the next one. */
  write(track: number, samples: Float32Array): void {
    let segment = this.#segments.at(-1);
    if (segment?.track !== track) {
      if (segment !== undefined) segment.isComplete = true;
      const place = this.#ring.end;
      segment = { track, start: place, end: place, isComplete: false, isCut: false };
      this.#segments.push(segment);
      this.#dropPlayed();
    }
    this.#ring.write(samples);
    segment.end = this.#ring.end;
    segment.isComplete = false;
  }

  /** What there is of the track can be played without waiting for more. */
  complete(track: number): void {
    const segment = this.#find(track);
    if (segment !== undefined) segment.isComplete = true;
  }

  /**
   * Throws away what is not played yet of the tracks, from sample `from` of each on. Returns how much
   * was played of those that were there.
   */
  cut(tracks: readonly number[], from: number): [track: number, samples: number][] {
    const played: [number, number][] = [];
    for (const track of tracks) {
      const segment = this.#find(track);
      if (segment === undefined) continue;
      const at = Math.max(segment.start, this.#ring.start);
      played.push([track, at - segment.start]);
      segment.end = Math.min(segment.end, Math.max(at, segment.start + from));
      segment.isComplete = segment.isCut = true;
      if (segment === this.#segments.at(-1)) this.#ring.truncate(segment.end);
      if (segment === this.#segments[0] && segment.end === this.#ring.start) this.#stop();
    }
    this.#dropPlayed();
    return played;
  }

  pause(): void {
    this.#isPaused = true;
    this.#stop();
  }

  resume(): void {
    this.#isPaused = false;
  }

  /** Fills `out`. */
  render(out: Float32Array): void {
    if (!this.#isPlaying && this.#mayStart()) this.#start();
    const isPlaying = this.#isPlaying;
    const end = isPlaying ? this.#play(out) : 0;
    if (end === out.length) return;
    this.#stop();
    this.#fadeOut(out, end);
    if (isPlaying) this.#onPosition(this.position);
  }

  #find(track: number): Segment | undefined {
    return this.#segments.find((segment) => segment.track === track);
  }

  #buffered(): number {
    let samples = 0;
    for (const { start, end } of this.#segments) samples += end - Math.max(start, this.#ring.start);
    return samples;
  }

  #start(): void {
    this.#isPlaying = true;
    this.#faded = 0;
    this.#history.fill(0);
  }

  /** Playing ends here; a fade follows. */
  #stop(): void {
    if (!this.#isPlaying) return;
    this.#isPlaying = false;
    this.#tail = this.#history.length;
  }

  /** Enough is there, or all there is of a sentence, and nothing is fading out any more. */
  #mayStart(): boolean {
    if (this.#isPaused || this.#tail > 0) return false;
    const buffered = this.#buffered();
    return buffered >= this.#options.startSamples ||
      (buffered > 0 && this.#segments[0]!.isComplete);
  }

  /** Plays into `out` as much as there is; returns how much. */
  #play(out: Float32Array): number {
    let at = 0;
    while (at < out.length) {
      const segment = this.#segments[0];
      if (segment === undefined) break;
      this.#ring.skipTo(segment.start);
      const count = Math.min(out.length - at, segment.end - this.#ring.start);
      this.#ring.read(out, at, count);
      at += count;
      this.#last = { track: segment.track, played: this.#ring.start - segment.start };
      if (this.#ring.start < segment.end) continue;
      if (this.#segments.length === 1 || segment.isCut) {
        if (at < out.length) this.#runDry(segment);
        break;
      }
      this.#segments.shift();
      this.#onPosition(this.position);
    }
    this.#fadeIn(out, at);
    this.#remember(out, at);
    return at;
  }

  /** Sound ends here, though audio of other tracks may follow: their waves do not join. */
  #runDry(segment: Segment): void {
    if (!segment.isComplete) this.#underruns++;
    if (this.#segments.length > 1) this.#segments.shift();
  }

  #fadeIn(out: Float32Array, count: number): void {
    const { fadeSamples } = this.#options;
    for (let i = 0; i < count && this.#faded < fadeSamples; i++) {
      out[i]! *= ++this.#faded / (fadeSamples + 1);
    }
  }

  /** Keeps the last of `out[0..count]`, for when it has to fade out. */
  #remember(out: Float32Array, count: number): void {
    const history = this.#history;
    const kept = Math.min(count, history.length);
    history.copyWithin(0, kept);
    history.set(out.subarray(count - kept, count), history.length - kept);
  }

  /** Fills `out` from `from` on: with what is left of a fade, and silence. */
  #fadeOut(out: Float32Array, from: number): void {
    const { fadeSamples } = this.#options;
    for (let i = from; i < out.length; i++) {
      const isFading = this.#tail > 0;
      out[i] = isFading ? this.#history[this.#tail - 1]! * this.#tail-- / (fadeSamples + 1) : 0;
    }
  }

  /** Lets go of tracks that others follow and of which nothing is left. */
  #dropPlayed(): void {
    while (this.#segments.length > 1) {
      const { start, end } = this.#segments[0]!;
      if (end > Math.max(start, this.#ring.start)) return;
      this.#segments.shift();
    }
  }
}
