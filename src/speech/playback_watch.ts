/**
 * Where the client says that its listener is, and whether it gets on.
 *
 * @module
 */

import type { PlaybackReport } from "./barge_in.ts";

/**
 * Audio that has to be there to be played, in ms, for a position that stands still to mean anything:
 * more than any client's own buffers and rounding.
 */
const SLACK_MS = 1_000;

/** Remembers the last position, and since when it is the same. */
export class PlaybackWatch {
  #report: PlaybackReport | undefined;
  /** Clock time at which the position was last another one, or there was nothing to play. */
  #movedAt = 0;

  /** The last position told. */
  get report(): PlaybackReport | undefined {
    return this.#report;
  }

  /**
   * Notes a position.
   *
   * @param unplayedMs audio after it that was sent, in ms; 0 where it may stand still.
   * @returns for how long it has stood still, in ms.
   */
  note(report: PlaybackReport, unplayedMs: number): number {
    const before = this.#report;
    this.#report = report;
    const isSame = before?.utteranceId === report.utteranceId &&
      before.playedMs === report.playedMs;
    if (!isSame || unplayedMs < SLACK_MS) this.#movedAt = report.at;
    return report.at - this.#movedAt;
  }
}
