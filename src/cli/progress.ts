/**
 * What the person at the terminal sees.
 *
 * @module
 */

import type { BargeIn, SentenceEnded, SentenceStarted, UtteranceEnded } from "./messages.ts";

/** Options of {@linkcode Progress}. */
export interface ProgressOptions {
  /** Prints a line. */
  readonly print: (line: string) => void;
  /** Leaves out all but what goes wrong, and answers to what the person does. */
  readonly quiet: boolean;
}

/** When things happened, clock times (`performance.now()`, ms). */
export interface Times {
  /** The command was given. */
  readonly startedAt: number;
  /** The first text was sent; undefined when there was none. */
  readonly firstTextAt: number | undefined;
  /** The first audio came. */
  readonly firstAudioAt: number | undefined;
}

/** Characters shown of what was heard, and of what was not. */
const EXCERPT = 300;

/** Prints sentence by sentence. */
export class Progress {
  readonly #options: ProgressOptions;
  /** Audio of the utterances that have ended, in ms. */
  #endedMs = 0;
  #sentences = 0;
  #failed = 0;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  sentenceStarted({ text, offset_ms }: SentenceStarted): void {
    if (text === "") return;
    this.#news(`${clockTime(this.#endedMs + offset_ms)}  ${onOneLine(text)}`);
  }

  sentenceEnded({ index, error, status }: SentenceEnded): void {
    if (status === "failed") this.problem(error?.message ?? `sentence ${index} failed`);
  }

  utteranceEnded(message: UtteranceEnded): void {
    this.#endedMs += message.duration_ms;
    this.#sentences += message.sentences;
    this.#failed += message.failed_sentences;
  }

  /** What went wrong, and what the server warns of. */
  problem(text: string): void {
    this.#options.print(`say: ${onOneLine(text)}`);
  }

  /** Something worth knowing. */
  note(text: string): void {
    this.#news(text);
  }

  /** The last line of what was said to its end. */
  summary({ startedAt, firstTextAt, firstAudioAt }: Times): void {
    const plural = this.#sentences === 1 ? "" : "s";
    const firstAudio = firstTextAt === undefined || firstAudioAt === undefined
      ? "no audio"
      : `first audio after ${Math.round(firstAudioAt - firstTextAt)} ms`;
    const wallS = (performance.now() - startedAt) / 1000;
    this.#news(
      `${this.#sentences} sentence${plural}, ${this.#failed} failed, ` +
        `${clockTime(this.#endedMs)} of audio, ${firstAudio}, ${wallS.toFixed(1)} s in all`,
    );
  }

  /**
   * Answers an interruption.
   *
   * @param unsent text that was read and never reached the server.
   */
  interrupted(report: BargeIn, unsent: string): void {
    const { heard_text: heard, played_ms, estimated } = report;
    const unheard = report.unheard_text + unsent;
    const print = this.#options.print;
    print(`Interrupted after ${clockTime(played_ms)}${estimated ? " (estimated)" : ""}.`);
    print(`Heard (${heard.length} characters): ${ending(heard)}`);
    print(`Not heard (${unheard.length} characters): ${beginning(unheard)}`);
  }

  #news(line: string): void {
    if (!this.#options.quiet) this.#options.print(line);
  }
}

/** `1:02:03.4`, `2:03.4`. */
export function clockTime(ms: number): string {
  const tenths = Math.floor(ms / 100);
  const hours = Math.floor(tenths / 36_000);
  const minutes = Math.floor(tenths / 600) % 60;
  const seconds = (tenths % 600 / 10).toFixed(1).padStart(4, "0");
  return hours === 0
    ? `${minutes}:${seconds}`
    : `${hours}:${String(minutes).padStart(2, "0")}:${seconds}`;
}

/** Without line breaks, and without what a terminal would take for a command. */
function onOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, " ").trim();
}

function beginning(text: string): string {
  const line = onOneLine(text);
  return line.length <= EXCERPT ? line : `${line.slice(0, EXCERPT)}...`;
}

function ending(text: string): string {
  const line = onOneLine(text);
  return line.length <= EXCERPT ? line : `...${line.slice(-EXCERPT)}`;
}
