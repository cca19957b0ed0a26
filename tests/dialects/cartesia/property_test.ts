/** Whatever a client of Cartesia's WebSocket sends, and whenever: every context is told whole. */

import { assert, assertEquals } from "@std/assert";
import { CartesiaDialect } from "../../../src/dialects/cartesia/cartesia.ts";
import { VoiceNames } from "../../../src/dialects/voice_names.ts";
import { Core } from "../../helpers/core.ts";
import fc from "../../helpers/fast_check.ts";
import { type Told, Wire } from "../helpers/wire.ts";
import { newWord, wordScript } from "../helpers/words.ts";
import { input } from "./requests.ts";

const ids = fc.constantFrom<string>("a", "b", "c");

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        id: ids,
        /** What follows a word; without one there is no text. */
        after: fc.constantFrom(" ", ". ", undefined),
        isLast: fc.constantFrom(false, false, false, true),
        flush: fc.constantFrom(false, false, true),
      }),
    },
    { weight: 1, arbitrary: fc.record({ cancel: ids }) },
    { weight: 1, arbitrary: fc.record({ fail: ids }) },
    { weight: 1, arbitrary: fc.record({ refused: ids, field: fc.constantFrom("flush", "voice") }) },
    { weight: 1, arbitrary: fc.constantFrom("no JSON", "[]", '{"transcript":"Hi."}') },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 2_000 }) },
  ),
  { maxLength: 40, size: "max" },
);

type Step = typeof steps extends fc.Arbitrary<(infer T)[]> ? T : never;

/** What the client knows of a context that it has opened and whose end it was not told. */
class Life {
  readonly sent: string[] = [];
  readonly told: string[] = [];
  flushes = 0;
  flushed = 0;
  isFinished = false;
  isCancelled = false;
}

class Client {
  readonly #core = new Core({ script: wordScript });
  readonly #wire: Wire;
  readonly #lives = new Map<string, Life>();
  #words = 0;
  /** The context that the last message was refused for, whether there is one or not. */
  #refused: string | undefined;

  constructor() {
    const dialect = new CartesiaDialect({
      names: new VoiceNames({
        voices: new Map([["one", 16_000]]),
        defaultVoice: "one",
        aliases: new Map(),
        fallsBack: false,
      }),
      lead: 300,
      newContextInterrupts: false,
      now: () => this.#core.clock.now(),
      createId: () => "made",
    });
    this.#wire = new Wire(this.#core, { dialect });
  }

  async take(step: Step): Promise<void> {
    this.#refused = undefined;
    if (typeof step === "number") return await this.#wait(step);
    if (typeof step === "string") this.#say(step, 1);
    else if ("cancel" in step) this.#cancel(step.cancel);
    else if ("fail" in step) this.#speak(step.fail, "Fail. ", { isLast: false, flush: false });
    else if ("refused" in step) this.#sendBad(step.refused, step.field);
    else this.#speak(step.id, this.#text(step.after), step);
    await this.#wait(0);
  }

  /** Ends every context, and waits until all is said. */
  async end(): Promise<void> {
    for (const [id, { isFinished }] of this.#lives) {
      if (!isFinished) await this.take({ id, after: undefined, isLast: true, flush: false });
    }
    await this.#wait(500_000);
    assertEquals([...this.#lives.keys()], []);
    await this.#wire.stop();
  }

  #text(after: string | undefined): string {
    return after === undefined ? "" : newWord(this.#words++) + after;
  }

  #speak(id: string, text: string, { isLast, flush }: { isLast: boolean; flush: boolean }): void {
    const message = input(id, text, { continue: !isLast, flush, add_timestamps: true });
    const life = this.#lives.get(id) ?? new Life();
    if (life.isFinished) return this.#say(message, text === "" ? 0 : 1);
    this.#lives.set(id, life);
    if (text !== "") life.sent.push(text.trim());
    if (flush) life.flushes++;
    life.isFinished = isLast;
    this.#say(message);
  }

  #cancel(id: string): void {
    const life = this.#lives.get(id);
    if (life !== undefined) life.isCancelled = true;
    this.#say({ context_id: id, cancel: true });
    assertEquals(this.#lives.has(id), false, "a cancelled context is over at once");
  }

  #sendBad(id: string, field: string): void {
    this.#refused = id;
    // After its last message none is looked at for what it would change.
    const isLate = this.#lives.get(id)?.isFinished && field === "voice";
    this.#say(input(id, "Never.", { continue: true, [field]: 7 }), isLate ? undefined : 1);
  }

  /** Sends; `errors` is how many the client must be told. */
  #say(message: object | string, errors?: number): void {
    const told = this.#wire.ask(message);
    if (errors !== undefined) {
      assertEquals(told.filter(({ type }) => type === "error").length, errors, `${told}`);
    }
    for (const event of told) this.#note(event);
  }

  async #wait(ms: number): Promise<void> {
    const before = this.#wire.told.length;
    await this.#core.clock.advanceAsync(ms);
    for (const event of this.#wire.told.slice(before)) this.#note(event);
  }

  #note(event: Told): void {
    const id = event.context_id;
    const life = this.#lives.get(id);
    if (event.type === "error") return this.#noteError(id, event.done);
    assert(life !== undefined, `${event.type} of context ${id}, which is over`);
    switch (event.type) {
      case "chunk":
        assert(!life.isCancelled, "audio of a cancelled context");
        assertEquals(event.flush_id, life.flushed + 1);
        return;
      case "timestamps":
        life.told.push(...event.word_timestamps.words);
        assertEquals(life.told, life.sent.slice(0, life.told.length).map(bare));
        return;
      case "flush_done":
        assertEquals(event.flush_id, ++life.flushed);
        assert(life.flushed <= life.flushes);
        return;
      case "done":
        return this.#noteDone(id, life);
    }
    throw new Error(`there is no ${event.type}`);
  }

  #noteDone(id: string, life: Life): void {
    this.#lives.delete(id);
    if (life.isCancelled) return;
    assert(life.isFinished, "the end of a context that may go on");
    assertEquals([life.told, life.flushed], [life.sent.map(bare), life.flushes]);
  }

  #noteError(id: string | undefined, isLast: boolean): void {
    if (id === undefined || !isLast) return;
    const life = this.#lives.get(id);
    const hasCause = this.#refused === id || (life?.sent.includes("Fail.") && !life.isCancelled);
    assert(hasCause, `an error of context ${id} without a cause`);
    this.#lives.delete(id);
  }
}

/** A word without the mark behind it. */
function bare(word: string): string {
  return word.replace(".", "");
}

Deno.test("whatever a client of Cartesia's does, its contexts are told whole, and end once", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const client = new Client();
      for (const step of steps) await client.take(step);
      await client.end();
    }),
    { numRuns: 150 },
  );
});
