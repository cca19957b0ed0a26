/**
 * What to say and how: the text, the examples, the settings.
 *
 * @module
 */

import type { ConnectOptions } from "../client/mod.ts";
import { byId, element, showValue } from "./dom.ts";
import { examples } from "./examples.ts";
import { tokenStream } from "./token_stream.ts";

/** A voice as `/v1/voices` tells. */
export interface VoiceInfo {
  readonly id: string;
  /** The name that other vendors' clients know it by; the same voice may have several. */
  readonly voice_id: string;
  readonly description: string;
  readonly language: string;
}

/** The answer of `/v1/voices`. */
export interface VoiceList {
  readonly default_voice: string;
  readonly voices: readonly VoiceInfo[];
}

type Encoding = NonNullable<ConnectOptions["encoding"]>;

/** The panel. */
export class Composer {
  readonly #text = byId("text", HTMLTextAreaElement);
  readonly #voice = byId("voice", HTMLSelectElement);
  readonly #encoding = byId("encoding", HTMLSelectElement);
  readonly #speed = byId("speed", HTMLInputElement);
  readonly #stream = byId("stream", HTMLInputElement);
  readonly #rate = byId("rate", HTMLInputElement);

  /** @param onEncoding is told of another encoding, which needs another session. */
  constructor(onEncoding: () => void) {
    this.#text.value = examples.greeting!;
    byId("examples", HTMLElement).addEventListener("click", ({ target }) => this.#take(target));
    showValue(this.#speed, (value) => `${value.toFixed(1)}×`);
    showValue(this.#rate, (value) => `${value} tokens/s`);
    this.#encoding.addEventListener("change", onEncoding);
    if (!("AudioDecoder" in globalThis)) {
      this.#encoding.querySelector<HTMLOptionElement>('[value="opus"]')!.disabled = true;
    }
  }

  /** What to say: at once, or as a language model would write it. */
  get text(): string | AsyncIterable<string> {
    const text = this.#text.value;
    return this.#stream.checked ? tokenStream(text, () => this.#rate.valueAsNumber) : text;
  }

  get isEmpty(): boolean {
    return this.#text.value.trim() === "";
  }

  get encoding(): Encoding {
    return this.#encoding.value as Encoding;
  }

  /** How to say it. */
  get manner(): { readonly voice?: string; readonly speed: number } {
    const speed = this.#speed.valueAsNumber;
    return this.#voice.value === "" ? { speed } : { voice: this.#voice.value, speed };
  }

  focus(): void {
    this.#text.focus();
  }

  /** Offers these voices; one that was chosen stays chosen. */
  offer({ voices: names, default_voice }: VoiceList): void {
    const chosen = this.#voice.value;
    const voices = names.filter(({ id, voice_id }) => id === voice_id);
    this.#voice.replaceChildren(...voices.map(({ id, description, language }) => {
      const option = element("option", { text: `${id} – ${description}, ${language}` });
      option.value = id;
      return option;
    }));
    const isThere = voices.some(({ id }) => id === chosen);
    this.#voice.value = isThere ? chosen : default_voice;
  }

  /** Takes the text of the button that was clicked. */
  #take(target: EventTarget | null): void {
    const name = target instanceof HTMLElement ? target.dataset.example : undefined;
    const text = name === undefined ? undefined : examples[name];
    if (text !== undefined) this.#text.value = text;
  }
}
