/**
 * Flite as an engine.
 *
 * @module
 */

import { fromBytes } from "../../lib/pcm/bytes.ts";
import { samplesToMs } from "../../lib/pcm/duration.ts";
import { parseWav } from "../../lib/pcm/wav.ts";
import type { AudioChunk, SynthesisRequest, Voice, WordTiming } from "../../speech/backend.ts";
import { type Engine, voiceOf } from "../engine.ts";
import { piecesOf, spokenText, type Token, tokensOf } from "../tokens.ts";
import { alignWords, type Phone } from "./alignment.ts";
import { FliteProgram, SPEECH_FILE } from "./program.ts";
import { fliteVoices, stretchOf } from "./voices.ts";
import { WordPhones } from "./word_phones.ts";

/**
 * Most characters spoken in one go. Flite gives a piece's audio only when all of it is done, and
 * cannot be stopped before: 150 characters at the usual speed are 8 s of speech and take 70 to
 * 130 ms. Slower speech is more audio, so its pieces have fewer.
 */
const PIECE_LENGTH = 150;

/** See the module. Blocks its thread while it speaks. */
export class FliteEngine implements Engine {
  readonly voices: readonly Voice[] = fliteVoices;
  readonly #program: FliteProgram;
  readonly #wordPhones: WordPhones;

  constructor(program: FliteProgram) {
    this.#program = program;
    this.#wordPhones = new WordPhones(program);
  }

  /**
   * Speaks the text piece by piece. Each piece's audio is emitted before its words, whose timing is
   * worked out afterwards.
   */
  synthesize(
    request: SynthesisRequest,
    emit: (chunk: AudioChunk) => void,
    isCancelled: () => boolean,
  ): void {
    const voice = voiceOf(fliteVoices, request.voice);
    const words = new WordCollector();
    const pieceLength = PIECE_LENGTH * Math.min(1, request.speed);
    let doneMs = 0;
    for (const tokens of piecesOf(tokensOf(request.text), pieceLength)) {
      if (isCancelled()) return;
      const { pcm, phones } = this.#speak(spokenText(tokens), voice, request.speed);
      const durationMs = samplesToMs(pcm.length, voice.sampleRate);
      emit({ pcm });
      if (isCancelled()) return;
      const spans = alignWords(phones, this.#wordPhones.of(tokens.map(({ spoken }) => spoken)));
      for (const [index, token] of tokens.entries()) {
        const { startMs, endMs } = spans[index]!;
        // Flite's own times end up to a tenth of a second behind the audio's end.
        words.add(
          token,
          doneMs + Math.min(startMs, durationMs),
          doneMs + Math.min(endMs, durationMs),
        );
      }
      emit({ pcm: new Int16Array(0), words: words.take() });
      doneMs += durationMs;
    }
  }

  #speak(text: string, voice: Voice, speed: number): {
    readonly pcm: Int16Array<ArrayBuffer>;
    readonly phones: Phone[];
  } {
    const { printed, wav } = this.#program.run([
      "-psdur",
      "-voice",
      voice.id,
      "--setf",
      `duration_stretch=${(stretchOf(voice) / speed).toFixed(4)}`,
      // After `-t` anything is text to be spoken: without it a lone word is the name of a file, and
      // "-h" a question.
      "-t",
      text,
      "-o",
      SPEECH_FILE,
    ]);
    if (wav === undefined) throw new Error("flite failed: it wrote no audio");
    return { pcm: fromBytes(parseWav(wav).data), phones: phonesIn(printed) };
  }
}

/** Joins the parts of overlong words. */
class WordCollector {
  #words: WordTiming[] = [];
  #startMs: number | undefined;

  add(token: Token, startMs: number, endMs: number): void {
    this.#startMs ??= startMs;
    if (token.continues) return;
    this.#words.push({ start: token.start, end: token.end, startMs: this.#startMs, endMs });
    this.#startMs = undefined;
  }

  /** Gives the finished ones away. */
  take(): WordTiming[] {
    const words = this.#words;
    this.#words = [];
    return words;
  }
}

/** Reads what `-psdur` prints: `pau:0.164 hh:0.255 ...`, each with its end in seconds. */
function phonesIn(printed: string): Phone[] {
  const phones: Phone[] = [];
  let startMs = 0;
  for (const field of printed.trim().split(/\s+/)) {
    const [name, seconds] = field.split(":");
    const endMs = 1000 * Number(seconds);
    if (name === undefined || Number.isNaN(endMs)) continue;
    if (name !== "pau") phones.push({ name, startMs, endMs });
    startMs = endMs;
  }
  return phones;
}
