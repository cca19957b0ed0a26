/** Whatever a client of `multi-stream-input` sends, and whenever: every context is told whole. */

import { assert, assertEquals } from "@std/assert";
import { MultiStreamInput } from "../../../src/dialects/elevenlabs/multi_stream_input.ts";
import { Core } from "../../helpers/core.ts";
import fc from "../../helpers/fast_check.ts";
import { type Told, Wire } from "../helpers/wire.ts";
import { newWord, wordScript } from "../helpers/words.ts";

const ids = fc.constantFrom<string>("a", "b", "c");

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        id: ids,
        /** What follows a word; without one there is no text. */
        after: fc.constantFrom(" ", ". ", undefined),
        flush: fc.constantFrom(false, false, true),
      }),
    },
    { weight: 2, arbitrary: fc.record({ close: ids }) },
    { weight: 1, arbitrary: fc.record({ fail: ids }) },
    { weight: 1, arbitrary: fc.record({ refused: ids }) },
    { weight: 1, arbitrary: fc.constantFrom("no JSON", "[]", "{}", '{"context_id":7}') },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 2_000 }) },
  ),
  { maxLength: 40, size: "max" },
);

type Step = typeof steps extends fc.Arbitrary<(infer T)[]> ? T : never;

/** What the client knows of a context that it has opened and whose end it was not told. */
class Life {
  sent = "";
  /** What of it was flushed: that much has to be said, whatever comes after. */
  flushed = "";
  told = "";
  isClosed = false;

  get mayFail(): boolean {
    return this.sent.includes("Fail");
  }
}

class Client {
  readonly #core = new Core({ script: wordScript });
  readonly #wire: Wire;
  readonly #lives = new Map<string, Life>();
  #words = 0;
  /** The context that the last message was refused for, whether there is one or not. */
  #refused: string | undefined;

  constructor({ autoMode }: { readonly autoMode: boolean }) {
    const dialect = new MultiStreamInput({
      autoMode,
      syncAlignment: false,
      isFile: false,
      newContextInterrupts: false,
      channel: {
        settings: { voice: "one", speed: 1, lead: 300, words: true },
        encoding: "pcm_s16le",
        sampleRate: 16_000,
        frameMs: 20,
        limits: { idleTimeoutMs: 1_000_000 },
        endsOnError: true,
      },
    });
    this.#wire = new Wire(this.#core, { dialect });
  }

  async take(step: Step): Promise<void> {
    this.#refused = undefined;
    if (typeof step === "number") return await this.#wait(step);
    if (typeof step === "string") this.#refuse(step);
    else if ("close" in step) this.#close(step.close);
    else if ("refused" in step) this.#refuse({ context_id: step.refused, text: 7 }, step.refused);
    else if ("fail" in step) this.#speak(step.fail, "Fail. ", false);
    else this.#speak(step.id, this.#text(step.after), step.flush);
    await this.#wait(0);
  }

  /** Ends everything, and waits until all is said. */
  async end(): Promise<void> {
    this.#refused = undefined;
    for (const life of this.#lives.values()) {
      if (!life.isClosed) life.flushed = life.sent;
      life.isClosed = true;
    }
    this.#say({ close_socket: true });
    await this.#wait(500_000);
    assertEquals([...this.#lives.keys()], []);
    // The connection ends with the last context, be that with an error.
    assert([1000, 1011].includes(this.#wire.closed!), String(this.#wire.closed));
    await this.#wire.stop();
  }

  #text(after: string | undefined): string {
    return after === undefined ? "" : newWord(this.#words++) + after;
  }

  #speak(id: string, text: string, flush: boolean): void {
    const life = this.#lives.get(id) ?? new Life();
    // The messages of a context that is about to end and of its successor could not be told apart.
    if (life.isClosed) return;
    const isOpened = this.#lives.has(id) || text !== "";
    if (isOpened) this.#lives.set(id, life);
    life.sent += text;
    if (flush) life.flushed = life.sent;
    this.#say({ context_id: id, text, flush });
  }

  #close(id: string): void {
    const life = this.#lives.get(id);
    if (life !== undefined) life.isClosed = true;
    this.#say({ context_id: id, close_context: true });
  }

  #refuse(message: object | string, id?: string): void {
    // Nor can an error of a successor that was never opened.
    if (id !== undefined && this.#lives.get(id)?.isClosed) return;
    this.#refused = id;
    assertEquals(this.#say(message).filter(({ error }) => error).length, 1);
  }

  #say(message: object | string): Told[] {
    const told = this.#wire.ask(message);
    for (const event of told) this.#note(event);
    return told;
  }

  async #wait(ms: number): Promise<void> {
    const before = this.#wire.told.length;
    await this.#core.clock.advanceAsync(ms);
    for (const event of this.#wire.told.slice(before)) this.#note(event);
  }

  #note({ contextId, error, isFinal, alignment }: Told): void {
    if (contextId === undefined) return assert(error, "only errors may be without a context");
    const life = this.#lives.get(contextId);
    if (error) return this.#noteError(contextId, life);
    assert(life !== undefined, `news of context ${contextId}, which is over`);
    life.told += alignment?.chars.join("") ?? "";
    assert(life.sent.startsWith(life.told.trimEnd()), `${life.told} of ${life.sent}`);
    if (!isFinal) return;
    assert(life.isClosed, "the end of a context that was not closed");
    assert(life.told.trimEnd().length >= life.flushed.trimEnd().length, life.flushed);
    this.#lives.delete(contextId);
  }

  #noteError(id: string, life: Life | undefined): void {
    assert(this.#refused === id || life?.mayFail, `an error of context ${id} without a cause`);
    this.#lives.delete(id);
  }
}

Deno.test("whatever a client of ElevenLabs' contexts does, they are told whole, and end once", async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (steps, autoMode) => {
      const client = new Client({ autoMode });
      for (const step of steps) await client.take(step);
      await client.end();
    }),
    { numRuns: 150 },
  );
});
