import { assert, assertEquals } from "@std/assert";
import fc from "../helpers/fast_check.ts";
import type { SpeechEvent } from "../../src/speech/events.ts";
import type { SessionWaterfall } from "../../src/telemetry/waterfall/description.ts";
import { Waterfall } from "../../src/telemetry/waterfall/waterfall.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

const clockless = () => new Waterfall(new FakeClock());

function start(waterfall: Waterfall, sessionId: string): void {
  waterfall.record({ type: "session_started", sessionId, dialect: "native" });
}

function end(waterfall: Waterfall, sessionId: string): void {
  waterfall.record({
    type: "session_ended",
    sessionId,
    close: "gone",
    durationMs: 1,
    commands: 1,
    bargeIns: 0,
  });
}

function say(waterfall: Waterfall, utteranceId: string, sentences: number, sessionId = "s1"): void {
  waterfall.record({ type: "utterance_started", sessionId, utteranceId });
  for (let index = 0; index < sentences; index++) {
    waterfall.record({ type: "sentence_queued", sessionId, utteranceId, index, characters: index });
  }
}

/** Ids of the utterances and how many sentences each has. */
function shape(waterfall: SessionWaterfall | undefined): [string, number][] {
  return waterfall!.utterances.map(({ id, sentences }) => [id, sentences.length]);
}

Deno.test("what has not happened is null", () => {
  const waterfall = clockless();
  assertEquals(waterfall.of("s1"), undefined);
  start(waterfall, "s1");
  say(waterfall, "u1", 1);
  assertEquals(waterfall.of("s1"), {
    status: "ok",
    session: "s1",
    dialect: "native",
    ended_ms: null,
    close: null,
    dropped_sentences: 0,
    utterances: [{
      id: "u1",
      started_ms: 0,
      first_audio_ms: null,
      ended_ms: null,
      outcome: null,
      sentences: [{
        index: 0,
        characters: 0,
        queued_ms: 0,
        taken_ms: null,
        worker: null,
        first_chunk_ms: null,
        synthesised_ms: null,
        first_frame_ms: null,
        last_frame_ms: null,
        audio_ms: 0,
        outcome: null,
      }],
    }],
  });
});

Deno.test("a synthesis that ends after its session is still noted", () => {
  const clock = new FakeClock();
  const waterfall = new Waterfall(clock);
  start(waterfall, "s1");
  say(waterfall, "u1", 1);
  const sentence = { sessionId: "s1", utteranceId: "u1", index: 0 };
  waterfall.record({ type: "synthesis_started", ...sentence, worker: 3 });
  end(waterfall, "s1");
  clock.advance(25);
  waterfall.record({
    type: "synthesis_ended",
    ...sentence,
    worker: 3,
    outcome: "cancelled",
    durationMs: 25,
    audioMs: 0,
  });
  const told = waterfall.of("s1")!;
  assertEquals([told.close, told.ended_ms], ["gone", 0]);
  const [first] = told.utterances[0]!.sentences;
  assertEquals([first!.worker, first!.synthesised_ms], [3, 25]);
});

Deno.test("the first of each step counts", () => {
  const clock = new FakeClock();
  const waterfall = new Waterfall(clock);
  start(waterfall, "s1");
  say(waterfall, "u1", 1);
  const sentence = { sessionId: "s1", utteranceId: "u1", index: 0 };
  for (let i = 0; i < 2; i++) {
    clock.advance(10);
    waterfall.record({ type: "sentence_taken", tenantId: "", ...sentence, waitMs: 10, lateMs: 0 });
    waterfall.record({ type: "first_audio", sessionId: "s1", utteranceId: "u1", afterMs: 10 });
    const sent = { audioMs: 20, lateMs: 0, isFirst: i === 0, isLast: false };
    waterfall.record({ type: "audio_sent", ...sentence, ...sent });
    const outcome = i === 0 ? "completed" : "failed";
    const audioMs = 20 * (i + 1);
    const lastSentAt = clock.now() + 5;
    waterfall.record({ type: "sentence_ended", ...sentence, outcome, audioMs, lastSentAt });
    start(waterfall, "s1");
  }
  const [utterance] = waterfall.of("s1")!.utterances;
  const [first] = utterance!.sentences;
  assertEquals(utterance!.first_audio_ms, 10);
  assertEquals([first!.taken_ms, first!.outcome], [10, "completed"]);
  assertEquals([first!.first_frame_ms, first!.last_frame_ms, first!.audio_ms], [10, 15, 20]);
});

Deno.test("the last 200 sentences of a session are remembered", () => {
  const waterfall = clockless();
  start(waterfall, "s1");
  say(waterfall, "u1", 150);
  say(waterfall, "u2", 100);
  assertEquals(shape(waterfall.of("s1")), [["u1", 100], ["u2", 100]]);
  const told = waterfall.of("s1")!;
  assertEquals([told.dropped_sentences, told.utterances[0]!.sentences[0]!.index], [50, 50]);
  waterfall.record({
    type: "utterance_ended",
    sessionId: "s1",
    utteranceId: "u1",
    outcome: "completed",
    characters: 1,
    audioMs: 1,
  });
  say(waterfall, "u3", 200);
  assertEquals(shape(waterfall.of("s1")), [["u2", 0], ["u3", 200]]);
});

Deno.test("the last 200 utterances of a session are remembered, sentences or not", () => {
  const waterfall = clockless();
  start(waterfall, "s1");
  for (let i = 0; i < 250; i++) say(waterfall, `u${i}`, i % 2);
  const utterances = shape(waterfall.of("s1"));
  assertEquals([utterances.length, utterances[0]], [200, ["u50", 0]]);
  say(waterfall, "u100", 1);
  assertEquals(shape(waterfall.of("s1")).at(-1), ["u100", 1]);
});

Deno.test("of ended sessions the last 200 are remembered, of live ones all", () => {
  const waterfall = clockless();
  for (let i = 0; i < 500; i++) start(waterfall, `s${i}`);
  for (let i = 0; i < 250; i++) {
    end(waterfall, `s${i}`);
    end(waterfall, `s${i}`);
  }
  const known = Array.from({ length: 500 }, (_, i) => waterfall.of(`s${i}`) !== undefined);
  assertEquals(known.indexOf(true), 50);
  assertEquals(known.filter((isKnown) => isKnown).length, 450);
});

Deno.test("whatever comes in whatever order, the bounds hold and times are in range", () => {
  const sessionId = fc.constantFrom("s1", "s2");
  const utteranceId = fc.nat(4).map((number) => `u${number}`);
  const sentence = { sessionId, utteranceId, index: fc.nat(150) };
  const only = <T extends string>(type: T) => fc.constant(type);
  const event: fc.Arbitrary<SpeechEvent> = fc.oneof(
    fc.record({ type: only("session_started"), sessionId, dialect: only("native") }),
    fc.record({ type: only("utterance_started"), sessionId, utteranceId }),
    fc.record({ type: only("sentence_queued"), ...sentence, characters: fc.nat() }),
    fc.record({ type: only("sentence_queued"), ...sentence, characters: fc.nat() }),
    fc.record({ type: only("synthesis_started"), ...sentence, worker: fc.nat(3) }),
    fc.record({
      type: only("audio_sent"),
      ...sentence,
      audioMs: fc.nat(100),
      lateMs: fc.nat(9),
      isFirst: fc.boolean(),
      isLast: fc.boolean(),
    }),
    fc.record({
      type: only("sentence_ended"),
      ...sentence,
      outcome: only("completed"),
      audioMs: fc.nat(),
    }),
    fc.record({
      type: only("utterance_ended"),
      sessionId,
      utteranceId,
      outcome: only("interrupted"),
      characters: fc.nat(),
      audioMs: fc.nat(),
    }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 2_000, size: "max" }), (events) => {
      const clock = new FakeClock();
      const waterfall = new Waterfall(clock);
      for (const event of events) {
        clock.advance(1);
        waterfall.record(event);
      }
      for (const told of [waterfall.of("s1"), waterfall.of("s2")]) {
        const sentences = told?.utterances.flatMap(({ sentences }) => sentences) ?? [];
        assert(sentences.length <= 200);
        for (const { first_frame_ms: first, last_frame_ms: last } of sentences) {
          for (const ms of [first, last]) assert(ms === null || ms <= events.length);
        }
      }
    }),
    { numRuns: 40 },
  );
});
