/**
 * eSpeak NG as an engine.
 *
 * @module
 */

import { samplesToMs } from "../../lib/pcm/duration.ts";
import type { AudioChunk, SynthesisRequest, Voice } from "../../speech/backend.ts";
import { type Engine, voiceOf } from "../engine.ts";
import type { EspeakSynthesizer, EspeakVoice } from "./library.ts";
import { WordTracker } from "./word_tracker.ts";

/** eSpeak's ordinary rate, in words a minute (`espeakRATE_NORMAL`). */
const WORDS_PER_MINUTE = 175;

/** File of the voice that is listed first. */
const DEFAULT_VOICE = "en-US";

/** See the module. Blocks its thread while it speaks; gives audio in pieces of 100 ms. */
export class EspeakEngine implements Engine {
  readonly voices: readonly Voice[];
  readonly #synthesizer: EspeakSynthesizer;

  constructor(synthesizer: EspeakSynthesizer) {
    this.#synthesizer = synthesizer;
    const sampleRate = synthesizer.get_samplerate();
    this.voices = synthesizer.list_voices()
      .map((voice) => toVoice(voice, sampleRate))
      .sort((a, b) => Number(b.id === DEFAULT_VOICE) - Number(a.id === DEFAULT_VOICE));
  }

  synthesize(
    request: SynthesisRequest,
    emit: (chunk: AudioChunk) => void,
    isCancelled: () => boolean,
  ): void {
    const { id, sampleRate } = voiceOf(this.voices, request.voice);
    this.#synthesizer.set_voice(id, "", 0, 0, 0);
    this.#synthesizer.set_rate(Math.round(WORDS_PER_MINUTE * request.speed));
    const tracker = new WordTracker(request.text);
    let samples = 0;
    this.#synthesizer.synthesize(tracker.ssml, (pcm, events) => {
      if (isCancelled()) return true;
      samples += pcm.length;
      const words = tracker.follow(events);
      if (pcm.length > 0 || words.length > 0) emit({ pcm, ...(words.length > 0 ? { words } : {}) });
      return false;
    });
    if (isCancelled()) return;
    const words = tracker.finish(samplesToMs(samples, sampleRate));
    if (words.length > 0) emit({ pcm: new Int16Array(0), words });
  }
}

function toVoice({ name, identifier, languages }: EspeakVoice, sampleRate: number): Voice {
  const id = identifier.slice(identifier.lastIndexOf("/") + 1);
  return { id, description: `${name}, eSpeak NG`, language: languages[0]?.name ?? id, sampleRate };
}
