/**
 * A neural model as an engine.
 *
 * @module
 */

import type { AudioChunk, SynthesisRequest, Voice } from "../../speech/backend.ts";
import { type Engine, voiceOf } from "../engine.ts";
import type { SherpaSynthesizer } from "./library.ts";
import type { SherpaVoice } from "./voices.ts";

/** Whether a text has anything to be spoken: the library fails for what has not. */
const SPEAKABLE = /[\p{L}\p{N}]/u;

/**
 * See the module. The model works in a thread of the runtime's and gives a sentence at a time, so
 * the engine's own thread is free to pass on each at once. A sentence that has been begun cannot be
 * broken off; nor can the next one, which is begun before this one's audio is here.
 */
export class SherpaEngine implements Engine {
  readonly voices: readonly Voice[];
  readonly #speakers: readonly SherpaVoice[];
  readonly #synthesizer: SherpaSynthesizer;

  constructor(synthesizer: SherpaSynthesizer, speakers: readonly SherpaVoice[]) {
    this.#synthesizer = synthesizer;
    this.#speakers = speakers;
    this.voices = speakers.map(({ espeakLanguage: _, ...voice }) => voice);
  }

  async synthesize(
    { text, voice, speed }: SynthesisRequest,
    emit: (chunk: AudioChunk) => void,
    isCancelled: () => boolean,
  ): Promise<void> {
    const sid = this.voices.indexOf(voiceOf(this.voices, voice));
    if (!SPEAKABLE.test(text)) return;
    const lang = this.#speakers[sid]!.espeakLanguage;
    await this.#synthesizer.generateAsync({
      text,
      enableExternalBuffer: false,
      generationConfig: {
        sid,
        speed,
        silenceScale: 1,
        ...(lang === undefined ? {} : { extra: { lang } }),
      },
      onProgress: ({ samples }) => {
        if (isCancelled()) return false;
        if (samples.length > 0) emit({ pcm: toPcm(samples) });
        return true;
      },
    });
  }
}

/** Samples from -1 to 1 as 16-bit numbers. Models overshoot: what is beyond is clipped. */
export function toPcm(samples: Float32Array): Int16Array<ArrayBuffer> {
  const pcm = new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    pcm[i] = Math.round(Math.max(-1, Math.min(1, samples[i]!)) * 32_767);
  }
  return pcm;
}
