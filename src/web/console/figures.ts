/**
 * The figures of this page: how soon it spoke, how soon it was silent, and what waits.
 *
 * @module
 */

import type { PlaybackStats, Utterance } from "../client/mod.ts";
import { byId, formatMs } from "./dom.ts";

/** The panel. */
export class Figures {
  readonly #firstAudio = byId("first-audio", HTMLElement);
  readonly #bargeIn = byId("barge-in", HTMLElement);
  readonly #buffer = byId("buffer", HTMLElement);
  readonly #underruns = byId("underruns", HTMLElement);

  /** Times the first audio of an utterance that is said now and has to wait for no other. */
  time(utterance: Utterance): void {
    const saidAt = performance.now();
    const leave = utterance.on("sentence", () => {
      leave();
      this.#firstAudio.textContent = formatMs(performance.now() - saidAt);
    });
  }

  /** It was silent that long after the listener interrupted. */
  noteBargeIn(latencyMs: number): void {
    this.#bargeIn.textContent = formatMs(latencyMs);
  }

  update({ bufferedMs, underruns }: PlaybackStats): void {
    this.#buffer.textContent = formatMs(Math.round(bufferedMs / 10) * 10);
    this.#underruns.textContent = String(underruns);
  }
}
