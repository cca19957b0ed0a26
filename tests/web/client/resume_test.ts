/**
 * What is heard when connections break.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "../../helpers/fast_check.ts";
import type { SpokenUtterance } from "../../../src/web/client/utterance.ts";
import { CHARACTER_MS } from "../helpers/fake_server.ts";
import { FakeSession } from "../helpers/fake_session.ts";

/** A source of text that a test feeds. */
class Source implements AsyncIterable<string> {
  readonly #pieces: (string | undefined)[] = [];
  #wake = () => {};

  push(piece: string | undefined): void {
    this.#pieces.push(piece);
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    for (;;) {
      while (this.#pieces.length === 0) await new Promise<void>((wake) => this.#wake = wake);
      const piece = this.#pieces.shift();
      if (piece === undefined) return;
      yield piece;
    }
  }
}

/** Every sentence that was heard to its end, in order, and how many were cut. */
function heardOf(utterance: SpokenUtterance): { whole: string[]; cuts: number } {
  const whole: string[] = [];
  let cuts = 0;
  for (const { sentences, playedMs } of utterance.parts) {
    for (const { start, end, endMs } of sentences) {
      if (endMs === undefined || playedMs < endMs - 0.1) cuts++;
      else whole.push(utterance.text.slice(start, end));
    }
  }
  return { whole, cuts };
}

/** Where the utterance's `count`th sentence ends. */
function endOf(utterance: SpokenUtterance, count: number): number {
  const stops = [...utterance.text.matchAll(/\./g)];
  return count === 0 ? 0 : stops[count - 1]!.index + 1;
}

Deno.test("wherever connections break, every sentence is heard, once and in order", async () => {
  const sentence = fc.stringMatching(/^[a-z]{1,12}( [a-z]{1,8}){0,3}\. ?$/);
  const action = fc.oneof(
    { weight: 5, arbitrary: fc.record({ steps: fc.integer({ min: 1, max: 30 }) }) },
    { weight: 4, arbitrary: fc.record({ ms: fc.integer({ min: 1, max: 700 }) }) },
    { weight: 2, arbitrary: fc.constant("say") },
    { weight: 2, arbitrary: fc.constant("break") },
    { weight: 1, arbitrary: fc.constantFrom("pause", "resume", "down", "drain", "barge in") },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(sentence, { minLength: 0, maxLength: 5 }), { minLength: 1, maxLength: 3 }),
      fc.array(action, { maxLength: 40 }),
      async (texts, actions) => {
        const fake = await FakeSession.open({ reconnect: { attempts: 1_000 } });
        const { session, server, clock } = fake;
        const sources = texts.map(() => new Source());
        const utterances = sources.map((source) => session.say(source) as SpokenUtterance);
        const unsaid = texts.flatMap((sentences, i) => [
          ...sentences.map((text) => ({ source: sources[i]!, text })),
          { source: sources[i]!, text: undefined },
        ]);
        const sayNext = () => {
          const next = unsaid.shift();
          next?.source.push(next.text);
        };
        for (const action of actions) {
          if (action === "say") sayNext();
          else if (action === "break") server.socket.fail();
          else if (action === "pause") session.pause();
          else if (action === "resume") session.resume();
          else if (action === "barge in") void session.bargeIn();
          else if (action === "drain") server.socket.tell({ type: "draining", deadline_ms: 1 });
          else if (action === "down") {
            server.isUp = false;
            server.socket.fail();
          } else if ("steps" in action) {
            await clock.advanceAsync(0);
            for (let step = 0; step < action.steps; step++) server.socket.step();
          } else {
            server.isUp = true;
            await clock.advanceAsync(action.ms);
          }
        }
        server.isUp = true;
        session.resume();
        // A server that goes away closes in the end.
        server.socket.fail();
        while (unsaid.length > 0) sayNext();
        await fake.run(60_000);

        let cuts = 0;
        for (const [i, utterance] of utterances.entries()) {
          const { whole, cuts: own } = heardOf(utterance);
          const sentences = utterance.text.match(/[^.\s][^.]*\./g) ?? [];
          assert(utterance.isOver, "everything is over");
          const { text, unheardText, playedMs, outcome } = await utterance.heard;
          assertEquals(text + unheardText, utterance.text);
          assertEquals(whole, sentences.slice(0, whole.length));
          assert(playedMs >= whole.join("").length * CHARACTER_MS - 0.1);
          if (outcome === "interrupted") {
            assert(text.startsWith(utterance.text.slice(0, endOf(utterance, whole.length))));
            continue;
          }
          assertEquals([text, outcome], [texts[i]!.join(""), "completed"]);
          assertEquals(whole, sentences);
          cuts += own;
        }
        assert(cuts < server.sockets.length, "a connection cuts one sentence at the most");
        // One without text is over at once.
        const order = fake.events.filter((event) => /^completed: ./.test(event));
        const completed = texts.map((sentences) => `completed: ${sentences.join("")}`);
        assertEquals(order, completed.filter((event) => order.includes(event)));
        await session.close();
      },
    ),
    { numRuns: 150 },
  );
});
