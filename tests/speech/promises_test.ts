/**
 * The promises of the session protocol, checked on whatever clients and backends do.
 */

import { assertEquals } from "@std/assert";
import fc from "../helpers/fast_check.ts";
import type { ScriptedStep } from "../../src/backends/scripted.ts";
import { Core, type TestClient } from "../helpers/core.ts";
import { checkPromises, LEAD_MS } from "../helpers/promises.ts";

const words = fc.constantFrom(
  "one ",
  "two, ",
  "three. ",
  "Four! ",
  "five",
  " six? ",
  "\n\n",
  "--- ",
);
const text = fc.array(words, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(""));
const id = fc.option(fc.constantFrom("a", "b", "c"), { nil: undefined });

/** What a client does; weights by repetition: mostly it talks. */
const action = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("text" as const), text, id, final: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("flush" as const), id }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("end" as const), id }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("barge_in" as const),
      id,
      playedMs: fc.option(fc.nat(4_000), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("pause" as const, "resume" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("playback" as const),
      id: fc.constantFrom("a", "b", "c"),
      playedMs: fc.nat(4_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("vanish" as const) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat(1_500) }) },
);

const step: fc.Arbitrary<ScriptedStep> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ waitMs: fc.nat(300) }) },
  { weight: 8, arbitrary: fc.record({ audioMs: fc.integer({ min: 1, max: 900 }) }) },
  { weight: 1, arbitrary: fc.constant({ fail: "scripted failure" }) },
  { weight: 1, arbitrary: fc.constant({ stall: true as const }) },
  { weight: 1, arbitrary: fc.constant({ ignoreCancellation: true as const }) },
);
const scripts = fc.array(fc.array(step, { maxLength: 6 }), { minLength: 1, maxLength: 10 });

type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

function perform(client: TestClient, action: Exclude<Action, { do: "wait" }>): void {
  const named = "id" in action && action.id !== undefined ? { utteranceId: action.id } : {};
  switch (action.do) {
    case "text":
      return client.send({ type: "text", text: action.text, final: action.final, ...named });
    case "flush":
    case "end":
      return client.send({ type: action.do, ...named });
    case "barge_in": {
      const position = action.playedMs === undefined ? {} : { playedMs: action.playedMs };
      return client.send({ type: "barge_in", ...named, ...position });
    }
    case "pause":
    case "resume":
      return client.send({ type: action.do });
    case "playback":
      return client.send({ type: "playback", utteranceId: action.id, playedMs: action.playedMs });
    case "vanish":
      client.gone = true;
      return client.session.leave("gone");
  }
}

Deno.test("the promises hold, whatever clients and backends do", async () => {
  const plan = fc.array(fc.record({ client: fc.nat(2), action }), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(
      plan,
      scripts,
      fc.integer({ min: 1, max: 3 }),
      async (plan, scripts, workers) => {
        const core = new Core({
          workers,
          chunkTimeoutMs: 1_000,
          script: (_request, call) => scripts[call % scripts.length]!,
        });
        const clients = [0, 1, 2].map(() => core.connect({ lead: LEAD_MS }));
        const accepted = clients.map(() => new Map<string, string>());
        for (const { client: index, action } of plan) {
          if (action.do === "wait") await core.clock.advanceAsync(action.ms);
          else {
            const client = clients[index]!;
            const before = client.received.length;
            perform(client, action);
            if (action.do === "text") noteAccepted(accepted[index]!, client, before, action);
          }
        }
        for (const client of clients) {
          client.send({ type: "resume" });
          client.send({ type: "close" });
        }
        await core.clock.advanceAsync(300_000);
        clients.forEach((client, index) => checkPromises(client.received, accepted[index]!));
        assertEquals([core.scheduler.depth, core.pool.busy, core.ticker.size], [0, 0, 0]);
        await core.stop();
        assertEquals(core.clock.pending, leftBehind(core));
      },
    ),
    { numRuns: 500 },
  );
});

/** Timers of scripted syntheses that ignore their cancellation are theirs, not the core's. */
function leftBehind(core: Core): number {
  return core.backend.counts.active > 0 ? core.clock.pending : 0;
}

/** Which utterance a text went into can be told from the events: it was started, or it is open. */
function noteAccepted(
  texts: Map<string, string>,
  client: TestClient,
  before: number,
  { text, id }: { text: string; id: string | undefined },
): void {
  const news = client.events.slice(before);
  const refused = news.some((event) =>
    event.type === "error" && event.problem.code !== "synthesis_failed"
  );
  if (client.gone || client.end !== undefined || refused) return;
  const started = news.find((event) => event.type === "utterance_started");
  const key = started?.utteranceId ?? id ??
    [...texts.keys()].findLast((key) => key.startsWith("u"));
  if (key !== undefined && (started !== undefined || texts.has(key))) {
    texts.set(key, (texts.get(key) ?? "") + text);
  }
}
