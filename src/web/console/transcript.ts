/**
 * The text of what is said: lit up as it is heard, struck through where it was cut.
 *
 * @module
 */

import type { Heard, Utterance } from "../client/mod.ts";
import { byId, element } from "./dom.ts";

/** Utterances that are shown. */
const MOST = 20;

const OUTCOMES = {
  completed: "Heard to its end.",
  interrupted: "Interrupted.",
  failed: "It could not be spoken.",
} as const;

/** One utterance's paragraph: what was heard, the word being heard, what is to come. */
class Paragraph {
  readonly root = element("p", { className: "utterance" });
  readonly #utterance: Utterance;
  readonly #heard = element("span");
  readonly #now = element("mark");
  readonly #rest = document.createTextNode("");
  #start = 0;
  #end = 0;
  #isOver = false;

  constructor(utterance: Utterance) {
    this.#utterance = utterance;
    this.root.append(this.#heard, this.#rest);
  }

  /** The word at that range of the text is being heard. */
  light(start: number, end: number): void {
    this.#start = start;
    this.#end = end;
    this.update();
  }

  /** Shows what the text is now. */
  update(): void {
    if (this.#isOver) return;
    const { text } = this.#utterance;
    this.#heard.textContent = text.slice(0, this.#start);
    this.#now.textContent = text.slice(this.#start, this.#end);
    this.#rest.data = text.slice(this.#end);
    if (this.#end > this.#start) this.#heard.after(this.#now);
  }

  finish({ text, unheardText }: Heard): void {
    this.#isOver = true;
    this.#heard.textContent = text;
    this.root.replaceChildren(this.#heard);
    if (unheardText === "") return;
    this.root.append(element("span", { className: "unseen", text: " Not heard: " }));
    this.root.append(element("del", { text: unheardText }));
  }

  /** Where the word being heard is, in px from the top of the page. */
  get wordRect(): DOMRect {
    return (this.#now.isConnected ? this.#now : this.root).getBoundingClientRect();
  }
}

/** The panel. */
export class Transcript {
  readonly #root = byId("transcript", HTMLElement);
  readonly #outcome = byId("outcome", HTMLElement);
  readonly #open = new Set<Paragraph>();

  add(utterance: Utterance): void {
    const paragraph = new Paragraph(utterance);
    if (this.#root.querySelector(".utterance") === null) this.#root.replaceChildren();
    this.#root.append(paragraph.root);
    while (this.#root.childElementCount > MOST) this.#root.firstElementChild!.remove();
    this.#open.add(paragraph);
    paragraph.update();
    this.#follow(paragraph);
    utterance.on("word", ({ start, end }) => {
      paragraph.light(start, end);
      this.#follow(paragraph);
    });
    utterance.on("ended", (heard) => {
      paragraph.finish(heard);
      this.#open.delete(paragraph);
      this.#outcome.textContent = OUTCOMES[heard.outcome];
    });
  }

  /** Shows text that has come since. */
  update(): void {
    for (const paragraph of this.#open) paragraph.update();
  }

  /** Keeps the word in sight, without moving the page. */
  #follow(paragraph: Paragraph): void {
    const box = this.#root.getBoundingClientRect();
    const word = paragraph.wordRect;
    const isInside = word.top >= box.top && word.bottom <= box.bottom;
    if (!isInside) this.#root.scrollTop += word.top - box.top - box.height / 3;
  }
}
