/**
 * What is known of a listener's ears without asking: audio that was sent plays in real time, one
 * piece after the other.
 *
 * @module
 */

/** A model of the audio that has been sent and not yet played. All times are ms. */
export class Listener {
  /** Clock time at which the listener runs out of audio. */
  #dryAt = 0;

  /** Clock time at which the listener runs, or ran, out of audio. */
  get dryAt(): number {
    return this.#dryAt;
  }

  /** Audio ahead of the listener's ear. */
  aheadMs(now: number): number {
    return Math.max(0, this.#dryAt - now);
  }

  /**
   * Notes audio sent now. Audio that comes up to `toleranceMs` late is taken to have come in time:
   * the listener's own buffer hides it, and its lateness does not add up.
   */
  sent(audioMs: number, now: number, toleranceMs = 0): void {
    const isDry = now > this.#dryAt + toleranceMs;
    this.#dryAt = (isDry ? now : this.#dryAt) + audioMs;
  }

  /** Notes that audio sent earlier will not be played. */
  discarded(audioMs: number, now: number): void {
    this.#dryAt = Math.max(now, this.#dryAt - audioMs);
  }
}
