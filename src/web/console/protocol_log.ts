/**
 * The messages of the session protocol, to look at and to copy.
 *
 * @module
 */

import type { SessionEvents } from "../client/mod.ts";
import { byId, element } from "./dom.ts";

/** Messages that are kept. */
const MOST = 400;

/** Messages that come so often that they hide the others. */
const FREQUENT = ["playback", "words", "ping", "pong"];

/** How long it says that it has copied, in ms. */
const COPIED_MS = 1_500;

interface Entry {
  readonly at: Date;
  readonly direction: "in" | "out";
  readonly message: Readonly<Record<string, unknown>>;
}

/** The panel. */
export class ProtocolLog {
  readonly #root = byId("log", HTMLElement);
  readonly #empty = this.#root.querySelector("p")!;
  readonly #list = this.#root.querySelector("ol")!;
  readonly #all = byId("log-all", HTMLInputElement);
  readonly #copy = byId("log-copy", HTMLButtonElement);
  #entries: Entry[] = [];
  /** Not shown yet: they are drawn together. */
  #fresh: Entry[] = [];

  constructor() {
    this.#all.addEventListener("change", () => this.#redraw());
    this.#copy.addEventListener("click", () => void this.#copyAll());
    byId("log-clear", HTMLButtonElement).addEventListener("click", () => {
      this.#entries = [];
      this.#redraw();
    });
  }

  add({ direction, message }: SessionEvents["message"]): void {
    const entry = { at: new Date(), direction, message: message as Entry["message"] };
    this.#entries.push(entry);
    if (this.#entries.length > MOST) this.#entries.shift();
    if (this.#fresh.push(entry) === 1) setTimeout(() => this.#drawFresh(), 50);
  }

  #redraw(): void {
    this.#list.replaceChildren();
    this.#fresh = [...this.#entries];
    this.#drawFresh();
  }

  #drawFresh(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#root;
    const isAtEnd = scrollTop + clientHeight >= scrollHeight - 20;
    this.#list.append(...this.#fresh.filter((entry) => this.#isShown(entry)).map(render));
    this.#fresh = [];
    while (this.#list.childElementCount > MOST) this.#list.firstElementChild!.remove();
    this.#empty.hidden = this.#list.childElementCount > 0;
    if (isAtEnd) this.#root.scrollTop = this.#root.scrollHeight;
  }

  #isShown({ message }: Entry): boolean {
    return this.#all.checked || !FREQUENT.includes(String(message.type));
  }

  async #copyAll(): Promise<void> {
    const lines = this.#entries.filter((entry) => this.#isShown(entry)).map(lineOf);
    const hasCopied = await navigator.clipboard.writeText(lines.join("\n")).then(
      () => true,
      () => false,
    );
    this.#copy.textContent = hasCopied ? "Copied" : "Not allowed";
    setTimeout(() => this.#copy.textContent = "Copy", COPIED_MS);
  }
}

function lineOf({ at, direction, message }: Entry): string {
  return `${at.toISOString()} ${direction} ${JSON.stringify(message)}`;
}

function render({ at, direction, message: { type, ...fields } }: Entry): HTMLElement {
  const time = element("time", { text: at.toISOString().slice(14, 23) });
  const arrow = element("span", { text: direction === "out" ? "→" : "←" });
  arrow.ariaHidden = "true";
  return element(
    "li",
    { data: { type: String(type) } },
    time,
    arrow,
    element(
      "span",
      {},
      element("span", { className: "unseen", text: direction === "out" ? "sent " : "received " }),
      element("b", { text: String(type) }),
      element("span", { className: "fields-of", text: ` ${JSON.stringify(fields)}` }),
    ),
  );
}
