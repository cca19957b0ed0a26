/**
 * How things are, in words: the pill at the top, and a notice where a person has to do something.
 *
 * @module
 */

import { byId } from "./dom.ts";
import type { SpeakerState } from "./speaker.ts";

/** The words, and the colour's name in the style sheet. */
const PILLS: Readonly<Record<SpeakerState, readonly [words: string, look: string]>> = {
  connecting: ["Connecting…", "connecting"],
  ready: ["Ready", "ready"],
  speaking: ["Speaking", "speaking"],
  paused: ["Paused", "ready"],
  reconnecting: ["Reconnecting…", "trouble"],
  blocked: ["Sound is blocked", "trouble"],
  lost: ["No sound device", "trouble"],
  disconnected: ["Not connected", "trouble"],
};

/** What a notice is about. There is one at a time; the last one is shown. */
export type Topic = "sound" | "connection" | "error";

/** What a person can do. */
export type Remedy =
  | { readonly label: string; readonly act: () => void }
  /** Show a key. */
  | { readonly useKey: (key: string) => void };

/** The pill and the notice. */
export class Status {
  readonly #pill = byId("state", HTMLElement);
  readonly #notice = byId("notice", HTMLElement);
  readonly #text = this.#notice.querySelector("p")!;
  readonly #form = this.#notice.querySelector("form")!;
  readonly #key = byId("key", HTMLInputElement);
  readonly #button = byId("notice-action", HTMLButtonElement);
  #remedy: Remedy | undefined;
  #topic: Topic | undefined;

  constructor() {
    this.#button.addEventListener("click", () => {
      if (this.#remedy !== undefined && "act" in this.#remedy) this.#remedy.act();
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#remedy !== undefined && "useKey" in this.#remedy) {
        this.#remedy.useKey(this.#key.value.trim());
      }
    });
  }

  show(state: SpeakerState): void {
    const [words, look] = PILLS[state];
    // Told again, it would be read out again.
    if (words === this.#pill.textContent) return;
    this.#pill.textContent = words;
    this.#pill.dataset.state = look;
  }

  notify(topic: Topic, text: string, remedy: Remedy): void {
    this.#remedy = remedy;
    if (topic === this.#topic && text === this.#text.textContent) return;
    this.#topic = topic;
    this.#text.textContent = text;
    this.#form.hidden = !("useKey" in remedy);
    this.#button.hidden = !("act" in remedy);
    if ("act" in remedy) this.#button.textContent = remedy.label;
    this.#notice.hidden = false;
  }

  /** That is settled. */
  dismiss(topic: Topic): void {
    if (topic !== this.#topic) return;
    this.#topic = undefined;
    this.#remedy = undefined;
    this.#notice.hidden = true;
  }
}
