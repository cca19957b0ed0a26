import { assertEquals } from "@std/assert";
import fc from "../helpers/fast_check.ts";
import type { ClientMessage, ServerError, ServerMessage } from "../../src/cli/messages.ts";
import { type Answer, Requests } from "../../src/cli/requests.ts";

const limited: ServerError = {
  type: "error",
  code: "rate_limited",
  message: "slow down",
  retry_after_ms: 1,
  fatal: false,
};

/** A server that takes or refuses messages as it is told, after a while, in order. */
class FickleServer {
  readonly requests: Requests;
  readonly taken: string[] = [];
  readonly #refuses: () => boolean;
  readonly #delayMs: () => number;
  #last: Promise<void> = Promise.resolve();

  constructor(refuses: () => boolean, delayMs: () => number) {
    this.requests = new Requests((message) => this.#receive(message));
    this.#refuses = refuses;
    this.#delayMs = delayMs;
  }

  #receive(message: ClientMessage): void {
    const answer = this.#answer(message);
    this.#last = this.#last.then(() => delay(this.#delayMs())).then(() => {
      // A sentence that fails meanwhile is nobody's answer.
      this.requests.note({ ...limited, code: "synthesis_failed" });
      if (answer !== undefined) this.requests.note(answer);
    });
  }

  #answer(message: ClientMessage): ServerMessage | undefined {
    if (this.#refuses()) return limited;
    if (message.type === "ping") return { ...message, type: "pong" };
    if (message.type === "text") this.taken.push(message.text);
    return undefined;
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

Deno.test("what is taken is accepted, what is refused is refused, pings too", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { maxLength: 30 }),
      // Longer and shorter than the pause before another ping, 10 ms.
      fc.array(fc.constantFrom(0, 0, 4, 15), { minLength: 1, maxLength: 5 }),
      async (refusals, delays) => {
        let calls = 0;
        const server = new FickleServer(
          () => refusals.shift() ?? false,
          () => delays[calls++ % delays.length]!,
        );
        const accepted: string[] = [];
        const all = ["a", "b", "c", "d"].map(async (text) => {
          const { outcome } = await server.requests.request({ type: "text", text });
          if (outcome === "accepted") accepted.push(text);
        });
        await Promise.all(all);
        assertEquals(accepted, server.taken);
      },
    ),
    { numRuns: 30 },
  );
});

Deno.test("the answer to a barge-in settles what was on its way", async () => {
  for (const refused of [true, false]) {
    const sent: ClientMessage[] = [];
    const requests = new Requests((message) => sent.push(message));
    const first = requests.request({ type: "text", text: "a" });
    const second = requests.request({ type: "text", text: "b" });
    await delay(0);
    requests.stop();
    if (refused) requests.note(limited);
    requests.note(limited);
    requests.note(bargeIn);
    assertEquals((await first).outcome, refused ? "refused" : "accepted");
    assertEquals((await second).outcome, "closed");
    assertEquals(sent.map(({ type }) => type), ["text", "ping"]);
  }
});

Deno.test("when the session ends, nothing is waited for", async () => {
  const requests = new Requests(() => {});
  const answers: Promise<Answer>[] = [requests.request({ type: "pause" }), requests.request()];
  await delay(0);
  requests.close();
  assertEquals(await Promise.all(answers), [{ outcome: "closed" }, { outcome: "closed" }]);
});

const bargeIn: ServerMessage = {
  type: "barge_in",
  utterance_ids: [],
  played_ms: 0,
  estimated: true,
  heard_text: "",
  unheard_text: "",
  discarded_ms: 0,
  latency_ms: 0,
};
