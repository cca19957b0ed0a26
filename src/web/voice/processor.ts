/**
 * The audio thread's end of voice barge-in: listens to the microphone, and keeps nothing of it.
 *
 * @module
 */

import type { VoiceSettings } from "./messages.ts";
import { VOICE_PROCESSOR } from "./processor_name.ts";
import { SpeechDetector } from "./speech_detector.ts";

/** What the audio thread's global scope has; no library of TypeScript declares it. */
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(
  name: string,
  constructor: new (options: { readonly processorOptions: VoiceSettings }) => AudioWorkletProcessor,
): void;
declare const sampleRate: number;

class VoiceProcessor extends AudioWorkletProcessor {
  readonly #detector: SpeechDetector;
  #isClosed = false;

  constructor({ processorOptions }: { readonly processorOptions: VoiceSettings }) {
    super();
    this.#detector = new SpeechDetector(
      sampleRate,
      processorOptions,
      (message) => this.port.postMessage(message),
    );
    this.port.onmessage = ({ data }: MessageEvent<VoiceSettings | undefined>) => {
      if (data === undefined) this.#isClosed = true;
      else this.#detector.configure(data);
    };
  }

  /** Called by the browser for every 128 samples; false: never again. */
  process([input]: readonly (readonly Float32Array[])[]): boolean {
    const samples = input?.[0];
    if (samples !== undefined) this.#detector.push(samples);
    return !this.#isClosed;
  }
}

registerProcessor(VOICE_PROCESSOR, VoiceProcessor);
