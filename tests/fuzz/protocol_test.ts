/**
 * Any sequence of valid and invalid messages of our own protocol, against a model of its promises:
 * every message that cannot be used is answered with one error and changes nothing, and whatever else
 * is sent, all promises hold.
 */

import { assert, assertEquals } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import type { SessionEvent } from "../../src/speech/types.ts";
import fc from "../helpers/fast_check.ts";
import { Core } from "../helpers/core.ts";
import { checkPromises, LEAD_MS } from "../helpers/promises.ts";
import { WireClient } from "./wire_client.ts";

const RUNS = Number(Deno.env.get("FUZZ_RUNS") ?? 400);

const words = fc.constantFrom(
  "one ",
  "two, ",
  "three. ",
  "Four! ",
  "five",
  "\n\n",
  "--- ",
  "👍 ",
  "שלום. ",
);
const text = fc.array(words, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(""));
const id = fc.option(fc.constantFrom("a", "b", "c"), { nil: undefined });

/** What the protocol has. `undefined` fields are not sent. */
const valid = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant("text"),
      text,
      utterance_id: id,
      final: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom("flush", "end"), utterance_id: id }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("barge_in"),
      utterance_id: id,
      played_ms: fc.option(fc.nat(3_000), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom("pause", "resume") }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("playback"),
      utterance_id: fc.constantFrom("a", "b"),
      played_ms: fc.nat(3_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("ping"), id: fc.nat(9) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("configure"),
      speed: fc.double({ min: 0.5, max: 2, noNaN: true }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("control"),
      command: fc.constantFrom("PAUSE", "RESUME", "STOP"),
    }),
  },
);

/** What it has not, by the reading of the protocol: each is wrong whatever came before. */
const invalid = fc.oneof(
  fc.constantFrom(
    "",
    "{",
    "null",
    "[]",
    '"text"',
    '{"type":"text"}',
    '{"type":"text","text":""}',
    '{"type":"text","text":1}',
    '{"type":"text","text":"a","utterance_id":""}',
    '{"type":"text","text":"a","utterance_id":"a b"}',
    '{"type":"text","text":"a","final":1}',
    '{"type":"barge_in","played_ms":-1}',
    '{"type":"barge_in","played_ms":"1"}',
    '{"type":"playback","played_ms":1}',
    '{"type":"configure","speed":3}',
    '{"type":"configure","voice":"nobody"}',
    '{"type":"configure","lead_ms":9999}',
    '{"type":"ping","id":{}}',
    '{"type":"control","command":"JUMP"}',
    '{"type":"flush","utterance_id":"never"}',
    '{"type":"playback","utterance_id":"never","played_ms":0}',
  ),
  fc.record({ type: fc.string() }).filter(({ type }) => !KNOWN.has(type)).map((message) =>
    JSON.stringify(message)
  ),
  fc.constant(JSON.stringify({ type: "text", text: "x".repeat(10_001) })),
);

const KNOWN = new Set([
  "text",
  "flush",
  "end",
  "barge_in",
  "pause",
  "resume",
  "playback",
  "configure",
  "ping",
  "close",
  "control",
]);

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ send: valid }) },
  { weight: 3, arbitrary: fc.record({ sendWrong: invalid }) },
  { weight: 6, arbitrary: fc.record({ waitMs: fc.nat(900) }) },
  { weight: 1, arbitrary: fc.constant({ vanish: true }) },
);

Deno.test("any sequence of messages, right and wrong, keeps the promises", async () => {
  const plan = fc.array(fc.record({ client: fc.nat(1), step }), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(plan, async (plan) => {
      const core = new Core({
        workers: 1,
        script: steadyScript({ audioMs: 300, chunks: 2, chunkMs: 50 }),
      });
      const clients = ["s1", "s2"].map((id) => new WireClient({ core, id, leadMs: LEAD_MS }));
      const accepted = clients.map(() => new Map<string, string>());
      for (const { client: index, step } of plan) {
        const client = clients[index]!;
        if ("waitMs" in step) await core.clock.advanceAsync(step.waitMs);
        else if ("vanish" in step) client.socket.vanish();
        else if ("sendWrong" in step) assertOneError(client, step.sendWrong);
        else send(client, step.send, accepted[index]!);
      }
      for (const client of clients) for (const type of ["resume", "close"]) client.send({ type });
      await core.clock.advanceAsync(300_000);
      clients.forEach((client, index) => {
        assertEquals(client.faults, []);
        if (client.socket.closed?.code === 1006) return;
        assertEquals(client.socket.closed?.code, 1000);
        checkPromises(client.received, accepted[index]!);
      });
      assertEquals([core.scheduler.depth, core.pool.busy, core.ticker.size], [0, 0, 0]);
      await core.stop();
      assertEquals(core.clock.pending, 0);
    }),
    { numRuns: RUNS },
  );
});

function assertOneError(client: WireClient, message: string): void {
  if (client.socket.closed !== undefined) return;
  const before = client.events.length;
  client.send(message);
  const answer = client.events.slice(before);
  assertEquals(answer.map(({ type }) => type), ["error"], message);
  assert(answer[0]!.type === "error" && !answer[0]!.fatal);
}

/** Sends it, and notes what text was taken into which utterance, as the answers tell. */
function send(
  client: WireClient,
  message: Record<string, unknown>,
  texts: Map<string, string>,
): void {
  if (client.socket.closed !== undefined) return;
  const before = client.events.length;
  client.send(message);
  const news = client.events.slice(before);
  if (message.type === "ping") assertEquals(news, [{ type: "pong", id: message.id as number }]);
  if (message.type !== "text" || news.some(isRefusal)) return;
  const started = news.find((event) => event.type === "utterance_started");
  const key = started?.utteranceId ?? message.utterance_id as string | undefined ??
    [...texts.keys()].findLast((key) => key.startsWith("u"))!;
  texts.set(key, (texts.get(key) ?? "") + message.text);
}

function isRefusal(event: SessionEvent): boolean {
  return event.type === "error" && event.problem.code !== "synthesis_failed";
}
