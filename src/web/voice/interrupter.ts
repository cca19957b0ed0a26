/**
 * What a voice does to a session: pause when it may be speech, barge in when it is, go on when it was
 * not.
 *
 * @module
 */

import type { BargeInReport, Session } from "../client/api.ts";
import type { VoiceState } from "./messages.ts";

/** Options of {@linkcode Interrupter}. */
export interface InterrupterOptions {
  readonly session: Pick<Session, "isPaused" | "pause" | "resume" | "bargeIn">;
  readonly onBargeIn: (report: BargeInReport) => void;
  readonly onFalseAlarm: () => void;
}

/** See the module. */
export class Interrupter {
  readonly #options: InterrupterOptions;
  #state: VoiceState = "quiet";
  /** Whether the session waits because of a suspicion, not by the program's own wish. */
  #holds = false;

  constructor(options: InterrupterOptions) {
    this.#options = options;
  }

  get state(): VoiceState {
    return this.#state;
  }

  /** Nothing more is heard: a suspicion comes to nothing. */
  stop(): void {
    this.#release();
    this.#state = "quiet";
  }

  hear(state: VoiceState): void {
    const before = this.#state;
    this.#state = state;
    if (state === "suspected") this.#hold();
    else if (state === "speaking") void this.#bargeIn();
    else if (before === "suspected") {
      this.#release();
      this.#options.onFalseAlarm();
    }
  }

  #hold(): void {
    const { session } = this.#options;
    if (session.isPaused) return;
    this.#holds = true;
    session.pause();
  }

  #release(): void {
    if (this.#holds) this.#options.session.resume();
    this.#holds = false;
  }

  async #bargeIn(): Promise<void> {
    this.#holds = false;
    const report = await this.#options.session.bargeIn();
    if (report.utterances.length > 0) this.#options.onBargeIn(report);
  }
}
