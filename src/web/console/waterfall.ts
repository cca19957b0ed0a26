/**
 * The waterfall of the utterance that was opened last.
 *
 * @module
 */

import type { Session } from "../client/mod.ts";
import { byId, element, formatMs } from "./dom.ts";
import { fetchJson } from "./fetch_json.ts";
import { type SentenceRow, type ServerUtterance, WaterfallRows } from "./waterfall_rows.ts";

/** From one look at the server's times to the next, in ms. */
const POLL_MS = 400;

/** Sentences that are shown: the last ones. */
const MOST = 60;

/** Messages of the server that matter here. */
type Message =
  | { readonly type: "utterance_started"; readonly utterance_id: string }
  | {
    readonly type: "sentence_started";
    readonly utterance_id: string;
    readonly index: number;
    readonly text: string;
  }
  | {
    readonly type: "sentence_ended";
    readonly utterance_id: string;
    readonly index: number;
    readonly duration_ms: number;
  };

/** The panel. */
export class Waterfall {
  readonly #root = byId("waterfall", HTMLElement);
  readonly #body = element("tbody");
  readonly #token: () => string | undefined;
  #rows: WaterfallRows | undefined;
  #session: Session | undefined;
  #polledAt = -Infinity;
  /** Whether the server tells; after a refusal it is not asked again in that session. */
  #isTold = true;

  constructor(token: () => string | undefined) {
    this.#token = token;
  }

  attach(session: Session): void {
    this.#session = session;
    this.#isTold = true;
    session.on("message", ({ direction, message }) => {
      if (direction === "in") this.#receive(message as Message);
    });
    session.on("sentence", ({ utterance, index }) => {
      if (utterance.id === this.#rows?.id) this.#rows.notePlaying(index, performance.now());
    });
    session.on("ended", ({ utterance }) => {
      if (utterance.id !== this.#rows?.id) return;
      this.#rows.noteSilence(performance.now());
      void this.#poll();
    });
  }

  /** To be called some times a second while something is said. */
  update(): void {
    if (this.#rows === undefined) return;
    if (performance.now() - this.#polledAt >= POLL_MS) void this.#poll();
    this.#render(this.#rows);
  }

  #receive(message: Message): void {
    const now = performance.now();
    if (message.type === "utterance_started") return this.#open(message.utterance_id, now);
    const rows = this.#rows;
    if (rows === undefined || message.utterance_id !== rows.id) return;
    if (message.type === "sentence_started") rows.noteComing(message.index, message.text, now);
    if (message.type === "sentence_ended") rows.noteCame(message.index, message.duration_ms);
  }

  #open(id: string, now: number): void {
    if (this.#rows?.id === id) this.#rows.goOn(now);
    else this.#rows = new WaterfallRows(id, now);
  }

  async #poll(): Promise<void> {
    this.#polledAt = performance.now();
    const id = this.#session?.info.sessionId;
    if (id === undefined || !this.#isTold) return;
    const answer = await fetchJson<{ utterances: ServerUtterance[] }>(
      `/metrics/summary?session=${encodeURIComponent(id)}`,
      this.#token(),
    );
    this.#isTold = answer.status !== "refused";
    if (answer.status !== "ok" || this.#rows === undefined) return;
    const told = answer.body.utterances.find((utterance) => utterance.id === this.#rows?.id);
    if (told !== undefined && id === this.#session?.info.sessionId) this.#rows.merge(told);
    this.#render(this.#rows);
  }

  #render(rows: WaterfallRows): void {
    if (!this.#body.isConnected) this.#root.replaceChildren(table(this.#body));
    const span = rows.spanMs(performance.now());
    const shown = rows.rows.slice(-MOST).filter(({ text, queued }) => text !== "" || queued);
    this.#body.replaceChildren(...shown.map((row) => renderRow(row, span)));
  }
}

function table(body: HTMLElement): HTMLElement {
  const heads = [
    element("th", { text: "Sentence" }),
    element("th", { text: "Time" }),
    element("th", { text: "Wait", className: "number spare" }),
    element("th", { text: "Synthesis", className: "number" }),
    element("th", { text: "Audio", className: "number spare" }),
  ];
  for (const head of heads) head.scope = "col";
  return element("table", {}, element("thead", {}, element("tr", {}, ...heads)), body);
}

function renderRow(row: SentenceRow, span: number): HTMLElement {
  const { queued, taken, synthesised, audioMs } = row;
  const head = element("th", { text: row.text || "…" });
  head.scope = "row";
  head.title = row.text;
  return element(
    "tr",
    {},
    head,
    element("td", {}, track(row, span)),
    element("td", { className: "number spare", text: formatMs(between(queued, taken)) }),
    element("td", { className: "number", text: formatMs(between(taken, synthesised)) }),
    element("td", { className: "number spare", text: formatMs(audioMs || undefined) }),
  );
}

function track(row: SentenceRow, span: number): HTMLElement {
  const { queued, taken, synthesised, first, playFrom, playTo } = row;
  const bars:
    readonly (readonly [name: string, from: number | undefined, to: number | undefined])[] = [
      ["queued", queued, taken ?? span],
      ["synthesising", taken, synthesised ?? span],
      ["playing", playFrom, playTo ?? span],
      ["first", first, first],
    ];
  const made = element("div", { className: "track" });
  made.ariaHidden = "true";
  for (const [name, from, to] of bars) {
    if (from === undefined || to === undefined) continue;
    const bar = element("i", { data: { bar: name } });
    bar.style.setProperty("--from", (from / span).toFixed(5));
    bar.style.setProperty("--share", (Math.max(0, to - from) / span).toFixed(5));
    made.append(bar);
  }
  return made;
}

function between(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : to - from;
}
