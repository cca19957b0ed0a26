/**
 * Voice barge-in: the switch, the microphone's level, the settings.
 *
 * @module
 */

import {
  attachVoice,
  type BargeInReport,
  type Session,
  SyrinxError,
  type Voice,
} from "../client/mod.ts";
import { byId, showValue } from "./dom.ts";

/** The lowest level that the meter shows, in dB of full scale. */
const LOWEST_DB = -70;

const WORDS = {
  quiet: "Listening",
  suspected: "Is that speech?",
  speaking: "You are speaking",
} as const;

/** The panel. */
export class VoicePanel {
  readonly #switch = byId("microphone", HTMLInputElement);
  readonly #state = byId("voice-state", HTMLElement);
  readonly #meter = byId("meter", HTMLElement);
  readonly #sensitivity = byId("sensitivity", HTMLInputElement);
  readonly #minSpeech = byId("min-speech", HTMLInputElement);
  readonly #onBargeIn: (report: BargeInReport) => void;
  #session: Session | undefined;
  #voice: Voice | undefined;

  constructor(onBargeIn: (report: BargeInReport) => void) {
    this.#onBargeIn = onBargeIn;
    const configure = () => this.#voice?.configure(this.#settings);
    showValue(this.#sensitivity, (value) => `${value} %`, configure);
    showValue(this.#minSpeech, (value) => `${value} ms`, configure);
    this.#switch.addEventListener("change", () => void this.#follow());
  }

  /** Listens for another session, if it does at all. */
  attach(session: Session): void {
    this.#session = session;
    void this.#follow();
  }

  get #settings() {
    return {
      sensitivity: this.#sensitivity.valueAsNumber / 100,
      minSpeechMs: this.#minSpeech.valueAsNumber,
    };
  }

  /** Does what the switch says. */
  async #follow(): Promise<void> {
    const session = this.#session;
    const former = this.#voice;
    this.#voice = undefined;
    await former?.close();
    this.#showLevel(LOWEST_DB, undefined);
    if (!this.#switch.checked || session === undefined) return this.#say("Off");
    this.#say("Asking for the microphone…");
    try {
      const voice = await attachVoice(session, this.#settings);
      // Meanwhile it was switched off, or there is another session.
      if (!this.#switch.checked || session !== this.#session) return void await voice.close();
      this.#listen(voice);
    } catch (error) {
      this.#fail(error);
    }
  }

  #listen(voice: Voice): void {
    this.#voice = voice;
    this.#say(WORDS.quiet);
    voice.on("state", (state) => this.#say(WORDS[state]));
    voice.on("falseAlarm", () => this.#say("Listening: that was a noise"));
    voice.on("level", ({ db, thresholdDb }) => this.#showLevel(db, thresholdDb));
    voice.on("bargeIn", (report) => this.#onBargeIn(report));
    voice.on("ended", (error) => {
      if (error !== undefined) this.#fail(error);
    });
  }

  #fail(error: unknown): void {
    this.#voice = undefined;
    this.#switch.checked = false;
    this.#showLevel(LOWEST_DB, undefined);
    this.#say(error instanceof SyrinxError ? `Off: ${error.message}` : "Off: that did not work");
  }

  #say(text: string): void {
    this.#state.textContent = text;
  }

  #showLevel(db: number, thresholdDb: number | undefined): void {
    const { style } = this.#meter;
    style.setProperty("--level", shareOf(db));
    style.setProperty("--threshold", shareOf(thresholdDb ?? LOWEST_DB));
    style.setProperty("--threshold-shown", thresholdDb === undefined ? "0" : "1");
  }
}

function shareOf(db: number): string {
  return Math.max(0, Math.min(1, 1 - db / LOWEST_DB)).toFixed(3);
}
