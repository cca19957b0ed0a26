/**
 * Where the turns of a session are in its audio, as its listener has heard it: what an interruption
 * cut off takes no time.
 *
 * @module
 */

/** Turns that are remembered: more than the 16 that a session reports on after they were spoken. */
const MAX_TURNS = 32;

/** One turn's audio; times in ms. */
export interface TurnAudio {
  readonly id: string;
  /** From the start of the session. */
  readonly startMs: number;
  /** How much of it was sent. */
  readonly durationMs: number;
}

/** A position inside a turn. */
export interface Place {
  readonly id: string;
  /** From the start of the turn, ms. */
  readonly playedMs: number;
}

/** Adds up what was sent. */
export class Timeline {
  #turns: { readonly id: string; readonly startMs: number; durationMs: number }[] = [];
  /** Where the audio goes on after the last interruption, in ms; undefined before the first. */
  #cutMs: number | undefined;
  #hasAudio = false;

  /** Whether there ever was audio. */
  get hasAudio(): boolean {
    return this.#hasAudio;
  }

  /** End of all audio sent, in ms from the start of the session. */
  get endMs(): number {
    const last = this.#turns.at(-1);
    return last === undefined ? this.#cutMs ?? 0 : last.startMs + last.durationMs;
  }

  /** A turn's audio begins, where that of the one before it ends. */
  start(id: string): void {
    this.#turns.push({ id, startMs: this.endMs, durationMs: 0 });
    if (this.#turns.length > MAX_TURNS) this.#turns.shift();
  }

  /** Audio of the turn that was started last. */
  add(durationMs: number): void {
    this.#hasAudio = true;
    this.#turns.at(-1)!.durationMs += durationMs;
  }

  /** The audio of a turn since the last interruption. */
  find(id: string): TurnAudio | undefined {
    return this.#turns.find((turn) => turn.id === id);
  }

  /** Whether a position lies behind the one at which the last interruption was. */
  isAhead(offsetMs: number): boolean {
    return this.#cutMs === undefined || offsetMs > this.#cutMs;
  }

  /** The turn that is heard at a position; undefined where there is none. */
  locate(offsetMs: number): Place | undefined {
    const turn = this.#turns.findLast(({ startMs }) => startMs <= offsetMs) ?? this.#turns[0];
    return turn && { id: turn.id, playedMs: Math.max(0, offsetMs - turn.startMs) };
  }

  /** Nothing behind that position was heard: the audio goes on from there. */
  cut(offsetMs: number): void {
    this.#cutMs = offsetMs;
    this.#turns = [];
  }
}
