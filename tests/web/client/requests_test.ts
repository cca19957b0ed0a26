import { assertEquals } from "@std/assert";
import type { ClientMessage, ServerError } from "../../../src/web/client/messages.ts";
import { type Answer, Requests } from "../../../src/web/client/requests.ts";
import { FakeClock, settle } from "../../helpers/fake_clock.ts";

const PAUSE = { type: "pause" } as const;

/** Requests of a client, and what they sent. */
class Bench {
  readonly clock = new FakeClock();
  readonly sent: ClientMessage[] = [];
  readonly requests: Requests;
  dead = 0;

  constructor() {
    this.requests = new Requests({
      clock: this.clock,
      send: (message) => this.sent.push(message),
      maxMessagesPerSecond: 100,
      onDead: () => this.dead++,
    });
  }

  /** The server answers the latest ping. */
  pong(): Promise<void> {
    const pings = this.sent.filter((message) => message.type === "ping");
    this.requests.note({ type: "pong", id: pings.at(-1)!.id });
    return settle();
  }

  refuse(code: string): Promise<void> {
    this.requests.note(error(code));
    return settle();
  }
}

function error(code: string): ServerError {
  return { type: "error", code, message: code, retry_after_ms: 50, fatal: false };
}

/** The answer of a request, if it is there. */
function watch(request: Promise<Answer>): () => Answer | undefined {
  let answer: Answer | undefined;
  void request.then((value) => answer = value);
  return () => answer;
}

Deno.test("an error before the answer to the ping is the request's", async () => {
  const bench = new Bench();
  const taken = watch(bench.requests.request(() => PAUSE));
  await settle();
  assertEquals(bench.sent, [PAUSE, { type: "ping", id: 1 }]);
  assertEquals(taken(), undefined);
  await bench.pong();
  assertEquals(taken(), "accepted");
  const refused = watch(bench.requests.request(() => PAUSE));
  await bench.clock.advanceAsync(100);
  await bench.refuse("overloaded");
  assertEquals(refused(), undefined);
  await bench.pong();
  assertEquals(refused(), error("overloaded"));
});

Deno.test("news of a failed sentence is no answer", async () => {
  const bench = new Bench();
  const answer = watch(bench.requests.request(() => PAUSE));
  await settle();
  await bench.refuse("synthesis_failed");
  await bench.refuse("unknown_utterance");
  await bench.pong();
  assertEquals(answer(), "accepted");
});

Deno.test("a ping that was refused is sent again, and tells the request's fate", async () => {
  const pingOnly = new Bench();
  const taken = watch(pingOnly.requests.request(() => PAUSE));
  await settle();
  await pingOnly.refuse("rate_limited");
  await pingOnly.clock.advanceAsync(50);
  await pingOnly.pong();
  assertEquals(taken(), "accepted");

  const both = new Bench();
  const refused = watch(both.requests.request(() => PAUSE));
  await settle();
  await both.refuse("rate_limited");
  await both.refuse("rate_limited");
  assertEquals(refused(), error("rate_limited"));

  const requestOnly = new Bench();
  const alsoRefused = watch(requestOnly.requests.request(() => PAUSE));
  await settle();
  await requestOnly.refuse("rate_limited");
  await requestOnly.pong();
  assertEquals(alsoRefused(), error("rate_limited"));
});

Deno.test("requests go one after the other, at a fair part of the allowed rate", async () => {
  const bench = new Bench();
  const answers = [1, 2, 3].map(() => watch(bench.requests.request(() => PAUSE)));
  await settle();
  assertEquals(bench.sent.length, 2);
  await bench.pong();
  // 100 messages a second are allowed: 25 requests and what comes beside.
  await bench.clock.advanceAsync(39);
  assertEquals(bench.sent.length, 2);
  await bench.clock.advanceAsync(1);
  assertEquals(bench.sent.length, 4);
  bench.requests.close();
  await settle();
  assertEquals(answers.map((answer) => answer()), ["accepted", "closed", "closed"]);
  assertEquals([bench.sent.length, bench.clock.pending], [4, 0]);
});

Deno.test("a request that has become pointless is not sent", async () => {
  const bench = new Bench();
  assertEquals(await bench.requests.request(() => undefined), "unsent");
  assertEquals(bench.sent, []);
});

Deno.test("who does not answer for ten seconds is dead", async () => {
  const bench = new Bench();
  void bench.requests.request(() => PAUSE);
  await bench.clock.advanceAsync(9_999);
  assertEquals(bench.dead, 0);
  await bench.clock.advanceAsync(1);
  assertEquals(bench.dead, 1);
});
