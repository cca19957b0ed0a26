/**
 * What became of each sentence of the utterance that was opened last, and when: as the client sees
 * it, and with what the server tells.
 *
 * @module
 */

/** Times are ms since the utterance's start; undefined is what is not known, or not yet. */
export interface SentenceRow {
  text: string;
  queued?: number | undefined;
  taken?: number | undefined;
  synthesised?: number | undefined;
  /** First audio left the server, or, where that is not known, came here. */
  first?: number | undefined;
  playFrom?: number | undefined;
  playTo?: number | undefined;
  audioMs?: number | undefined;
}

/** A sentence as `/metrics/summary?session=ID` has it; times are ms since the session's start. */
export interface ServerSentence {
  readonly index: number;
  readonly queued_ms: number;
  readonly taken_ms: number | null;
  readonly synthesised_ms: number | null;
  readonly first_frame_ms: number | null;
  readonly audio_ms: number;
}

/** An utterance as the server has it. */
export interface ServerUtterance {
  readonly id: string;
  readonly started_ms: number;
  readonly sentences: readonly ServerSentence[];
}

/** Collects the rows of one utterance. Moments (`at`) are of any one clock, in ms. */
export class WaterfallRows {
  readonly id: string;
  readonly rows: SentenceRow[] = [];
  readonly #startedAt: number;
  /** Of the connection that says it now: its moment, and the row of its first sentence. */
  #part = { startMs: 0, firstRow: 0 };
  /** Sentences whose audio has begun to come, and whether that of the last one has come whole. */
  #come = 0;
  #lastIsWhole = true;

  constructor(id: string, at: number) {
    this.id = id;
    this.#startedAt = at;
  }

  /** Another connection goes on, with the sentence that was cut or the one after it. */
  goOn(at: number): void {
    const firstRow = this.#come - (this.#lastIsWhole ? 0 : 1);
    // The server that is gone knew of sentences that the next one will tell of anew.
    this.rows.length = this.#come;
    this.#part = { startMs: at - this.#startedAt, firstRow };
  }

  /** A sentence's audio begins to come. */
  noteComing(index: number, text: string, at: number): void {
    const place = this.#part.firstRow + index;
    const row = this.#row(place);
    this.#come = place + 1;
    row.text = text;
    row.first ??= at - this.#startedAt;
    this.#lastIsWhole = false;
  }

  /** All audio of a sentence has come. */
  noteCame(index: number, durationMs: number): void {
    this.#row(this.#part.firstRow + index).audioMs = durationMs;
    this.#lastIsWhole = true;
  }

  /** A sentence begins to be heard; the one before it is over. */
  notePlaying(index: number, at: number): void {
    this.noteSilence(at);
    const row = this.#row(index);
    row.playFrom = at - this.#startedAt;
    row.playTo = undefined;
  }

  /** Nothing of it is heard any more. */
  noteSilence(at: number): void {
    const row = this.rows.findLast(({ playFrom }) => playFrom !== undefined);
    if (row !== undefined) row.playTo ??= at - this.#startedAt;
  }

  /** Takes what the server knows. */
  merge(utterance: ServerUtterance): void {
    const { startMs, firstRow } = this.#part;
    const since = (ms: number | null) =>
      ms === null ? undefined : startMs + ms - utterance.started_ms;
    for (const sentence of utterance.sentences) {
      const row = this.#row(firstRow + sentence.index);
      row.queued = since(sentence.queued_ms);
      row.taken = since(sentence.taken_ms);
      row.synthesised = since(sentence.synthesised_ms);
      row.first = since(sentence.first_frame_ms) ?? row.first;
      row.audioMs = sentence.audio_ms;
    }
  }

  /** The end of the time axis: nothing that happened until `at` is beyond. */
  spanMs(at: number): number {
    const isPlaying = this.rows.some((row) =>
      row.playFrom !== undefined && row.playTo === undefined
    );
    const times = this.rows.flatMap(({ synthesised, first, playTo }) => [
      synthesised ?? 0,
      first ?? 0,
      playTo ?? 0,
    ]);
    return Math.max(1_000, isPlaying ? at - this.#startedAt : 0, ...times);
  }

  #row(index: number): SentenceRow {
    while (this.rows.length <= index) this.rows.push({ text: "" });
    return this.rows[index]!;
  }
}
