/**
 * From frames that may be of speech to the moment at which somebody speaks.
 *
 * @module
 */

import type { VoiceState } from "./messages.ts";

/** Loud and voiced time in a row that makes a suspicion, in ms. */
const ONSET_LOUD_MS = 48;
const ONSET_VOICED_MS = 32;

/** Share of the shortest speech that must be voiced: a cough or a door is not. */
const VOICED_SHARE = 0.5;

/** Silence after which a suspicion was a false alarm, in ms: longer than the consonants in a word. */
const FALSE_ALARM_MS = 300;

/** A suspicion that is none of the two after this long is noise, in multiples of the shortest speech. */
const UNDECIDED = 4;

/** Silence after which speech is over, in ms: longer than the pauses in it. */
const SPEECH_END_MS = 500;

/** What is known of a frame. */
export interface FrameFindings {
  readonly isLoud: boolean;
  readonly isVoiced: boolean;
}

/** See the module. */
export class VoiceGate {
  minSpeechMs: number;
  #state: VoiceState = "quiet";
  #loudMs = 0;
  #voicedMs = 0;
  #silentMs = 0;
  #suspectedMs = 0;

  constructor(minSpeechMs: number) {
    this.minSpeechMs = minSpeechMs;
  }

  get state(): VoiceState {
    return this.#state;
  }

  /** Takes in a frame, `ms` after the last one. Returns whether the state is another one now. */
  push({ isLoud, isVoiced }: FrameFindings, ms: number): boolean {
    this.#silentMs = isLoud ? 0 : this.#silentMs + ms;
    if (isLoud) this.#loudMs += ms;
    if (isLoud && isVoiced) this.#voicedMs += ms;
    if (this.#state === "suspected") this.#suspectedMs += ms;
    return this.#change(this.#next());
  }

  #next(): VoiceState {
    switch (this.#state) {
      case "quiet":
        if (this.#silentMs > 0) this.#reset();
        return this.#loudMs >= ONSET_LOUD_MS && this.#voicedMs >= ONSET_VOICED_MS
          ? "suspected"
          : "quiet";
      case "suspected":
        if (this.#isSpeech) return "speaking";
        return this.#isFalseAlarm ? "quiet" : "suspected";
      case "speaking":
        return this.#silentMs >= SPEECH_END_MS ? "quiet" : "speaking";
    }
  }

  get #isSpeech(): boolean {
    return this.#loudMs >= this.minSpeechMs &&
      this.#voicedMs >= this.minSpeechMs * VOICED_SHARE;
  }

  get #isFalseAlarm(): boolean {
    return this.#silentMs >= FALSE_ALARM_MS ||
      this.#suspectedMs >= UNDECIDED * this.minSpeechMs;
  }

  #change(state: VoiceState): boolean {
    if (state === this.#state) return false;
    this.#state = state;
    if (state === "quiet") this.#reset();
    return true;
  }

  #reset(): void {
    this.#loudMs = 0;
    this.#voicedMs = 0;
    this.#suspectedMs = 0;
  }
}
