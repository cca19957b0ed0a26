import { assert, assertEquals } from "@std/assert";
import fc from "../../helpers/fast_check.ts";
import type { SpeechEvent } from "../../../src/speech/events.ts";
import { Harness, type Parsed } from "./harness.ts";

const sessionId = fc.constantFrom("s1", "s2", "s3");
const utteranceId = fc.constantFrom("u1", "u2");
const index = fc.nat(3);
const worker = fc.integer({ min: -1, max: 3 });
const utterance = { sessionId, utteranceId };
const sentence = { ...utterance, index };
const synthesis = { ...sentence, worker };
/** What a duration may turn out to be, bugs included. */
const ms = fc.oneof(
  fc.double({ min: 0, max: 1e6, noNaN: true }),
  fc.constantFrom(0, -5, NaN, Infinity, 1e300),
);

const only = <T extends string>(type: T) => fc.constant(type);
const outcome = fc.constantFrom("completed" as const, "failed" as const, "interrupted" as const);

const event: fc.Arbitrary<SpeechEvent> = fc.oneof(
  fc.record({ type: only("session_started"), sessionId, dialect: fc.constantFrom("a", "b") }),
  fc.record({
    type: only("session_ended"),
    sessionId,
    close: fc.constantFrom("finished" as const, "gone" as const),
    durationMs: ms,
    commands: fc.nat(),
    bargeIns: fc.nat(),
  }),
  fc.record({ type: only("session_refused"), reason: only("full") }),
  fc.record({ type: only("message_received"), sessionId, message: only("text") }),
  fc.record({ type: only("message_sent"), sessionId, message: only("audio") }),
  fc.record({ type: only("refused"), sessionId, code: only("overloaded") }),
  fc.record({ type: only("utterance_started"), ...utterance }),
  fc.record({
    type: only("utterance_ended"),
    ...utterance,
    outcome,
    characters: fc.nat(),
    audioMs: ms,
  }),
  fc.record({ type: only("first_audio"), ...utterance, afterMs: ms }),
  fc.record({ type: only("sentence_queued"), ...sentence, characters: fc.nat() }),
  fc.record({
    type: only("sentence_taken"),
    tenantId: only(""),
    ...sentence,
    waitMs: ms,
    lateMs: ms,
  }),
  fc.record({ type: only("sentence_ended"), ...sentence, outcome, audioMs: fc.nat() }),
  fc.record({ type: only("synthesis_started"), ...synthesis }),
  fc.record({ type: only("synthesis_first_chunk"), ...synthesis, afterMs: ms }),
  fc.record({
    type: only("synthesis_ended"),
    ...synthesis,
    outcome: fc.constantFrom("completed" as const, "failed" as const, "cancelled" as const),
    durationMs: ms,
    audioMs: ms,
  }),
  fc.record({ type: only("worker_restarted"), worker: fc.nat(1), error: only("a bug") }),
  fc.record({
    type: only("audio_sent"),
    ...sentence,
    audioMs: ms,
    lateMs: ms,
    isFirst: fc.boolean(),
    isLast: fc.boolean(),
  }),
  fc.record({
    type: only("underrun"),
    ...utterance,
    gapMs: ms,
    cause: fc.constantFrom("text" as const, "server" as const),
  }),
  fc.record({
    type: only("barge_in"),
    sessionId,
    latencyMs: ms,
    discardedMs: ms,
    utterances: fc.nat(3),
  }),
);

/** Events and how much time passes before each. */
const history = fc.array(fc.tuple(fc.nat(5_000), event), { maxLength: 120, size: "max" });

function count(events: readonly SpeechEvent[], type: SpeechEvent["type"]): number {
  return events.filter((event) => event.type === type).length;
}

function assertSound({ series }: Parsed): void {
  for (const [name, value] of series) assert(value >= 0 && value < Infinity, `${name} ${value}`);
  for (const [name, value] of series) {
    const total = name.replace("_bucket", "_count").replace(/le="[^"]*",?/, "").replace("{}", "");
    if (name.includes("_bucket")) assert(value <= series.get(total)!, `${name} ${value}`);
  }
}

Deno.test("whatever comes in whatever order, every number is finite and none is negative", async () => {
  await fc.assert(
    fc.asyncProperty(history, async (history) => {
      const harness = new Harness();
      for (const [passedMs, event] of history) {
        harness.clock.advance(passedMs);
        harness.record(event);
      }
      const scrape = await harness.scrape();
      assertSound(scrape);
      const get = (name: string) => scrape.series.get(name)!;
      assert(get("worker_utilization_percent") <= 100);
      assertEquals(
        get("worker_tasks_total"),
        get("synthesis_total") + get("synthesis_cancelled_total"),
      );
      assert(get("synthesis_errors_total") <= get("synthesis_total"));
      const events = history.map(([, event]) => event);
      assert(get("worker_tasks_total") <= count(events, "synthesis_started"));
      assert(get("queue_wait_seconds_count") <= count(events, "sentence_queued"));
      assert(get("time_to_first_audio_seconds_count") <= count(events, "utterance_started"));
      assert(get("session_messages_count") <= count(events, "session_started"));
    }),
    { numRuns: 200 },
  );
});

Deno.test("no counter ever falls", async () => {
  await fc.assert(
    fc.asyncProperty(history, async (history) => {
      const harness = new Harness();
      let before = await harness.scrape();
      for (const [passedMs, event] of history) {
        harness.clock.advance(passedMs);
        harness.record(event);
        if (passedMs % 5 !== 0) continue;
        const now = await harness.scrape();
        for (const [name, value] of before.series) {
          const type = now.types.get(name.split("{")[0]!);
          if (type !== "gauge") assert(now.series.get(name)! >= value, name);
        }
        before = now;
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("whatever comes, the summary has no negative and no infinite number", () => {
  fc.assert(fc.property(history, (history) => {
    const harness = new Harness();
    for (const [passedMs, event] of history) {
      harness.clock.advance(passedMs);
      harness.record(event);
    }
    const numbers = (value: unknown): number[] =>
      typeof value === "number"
        ? [value]
        : typeof value === "object" && value !== null
        ? Object.values(value).flatMap(numbers)
        : [];
    for (const number of numbers(harness.metrics.summary())) {
      assert(number >= 0 && number < Infinity, `${number}`);
    }
  }));
});
