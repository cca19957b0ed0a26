/**
 * The promises of the session protocol, checked on whatever clients and backends do.
 */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "../helpers/fast_check.ts";
import type { ScriptedStep } from "../../src/backends/scripted.ts";
import type { SessionEvent } from "../../src/speech/types.ts";
import { Core, type TestClient } from "../helpers/core.ts";

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

const LEAD_MS = 200;
const FRAME_MS = 20;

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
        clients.forEach((client, index) => checkPromises(client, accepted[index]!));
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

function checkPromises(client: TestClient, texts: ReadonlyMap<string, string>): void {
  checkOutcomes(client.events);
  checkAudio(client.events);
  checkSilenceAfterBargeIn(client.events);
  checkLead(client);
  checkNothingVanishes(client.events, texts);
}

/** Promise 3: exactly one end per start, and none without. */
function checkOutcomes(events: SessionEvent[]): void {
  const live = new Set<string>();
  for (const event of events) {
    if (event.type === "utterance_started") {
      assert(!live.has(event.utteranceId));
      live.add(event.utteranceId);
    } else if (event.type === "utterance_ended") {
      assert(live.delete(event.utteranceId), `${event.utteranceId} ended without being live`);
    }
  }
  assertEquals([...live], []);
}

/** Promise 1: audio in order and gapless, each sentence's from one synthesis, sample by sample. */
function checkAudio(events: SessionEvent[]): void {
  let number = 0;
  let offsets = new Map<number, number>();
  let sentence: { of: string; index: number; mark: number; samples: number } | undefined;
  for (const event of events) {
    if (event.type === "sentence_started") {
      sentence = { of: event.utteranceId, index: event.index, mark: -1, samples: 0 };
    } else if (event.type === "sentence_ended") {
      assertEquals(event.index, sentence!.index);
      assertAlmostEquals(event.durationMs, sentence!.samples / 16, 1e-6);
      sentence = undefined;
    } else if (event.type === "utterance_ended") {
      // One further back in the line may end in the middle of another one's sentence.
      if (sentence?.of === event.utteranceId) sentence = undefined;
    } else if (event.type === "audio") {
      assert(event.utteranceNumber >= number, "an earlier utterance speaks again");
      number = event.utteranceNumber;
      assertEquals(event.sentenceIndex, sentence!.index);
      const offset = offsets.get(number) ?? 0;
      assertAlmostEquals(event.offsetMs, offset, 1e-6);
      offsets = offsets.set(number, offset + event.pcm.length / 16);
      event.pcm.forEach((sample, i) => checkSample(sentence!, sample, sentence!.samples + i));
      sentence!.samples += event.pcm.length;
    }
  }
}

/** See `scriptedPcm`: marks at even positions, half the position at odd ones. */
function checkSample(sentence: { mark: number }, sample: number, position: number): void {
  if (position % 2 === 1) {
    const expected = (position >> 1) & 0x7fff;
    if (sample !== expected) assertEquals(sample, expected);
  } else if (sentence.mark === -1) sentence.mark = sample;
  else if (sample !== sentence.mark) assertEquals(sample, sentence.mark);
}

/** Promise 4: after a barge-in no audio of what it stopped. */
function checkSilenceAfterBargeIn(events: SessionEvent[]): void {
  const numbers = new Map<string, number>();
  const stopped = new Set<number>();
  for (const event of events) {
    if (event.type === "utterance_started") numbers.set(event.utteranceId, event.number);
    else if (event.type === "barge_in") {
      for (const { utteranceId } of event.utterances) stopped.add(numbers.get(utteranceId)!);
    } else if (event.type === "audio") assert(!stopped.has(event.utteranceNumber));
  }
}

/** Promise 5: never more ahead of real time than the lead and one frame. */
function checkLead({ received }: TestClient): void {
  let dryAt = 0;
  for (const { at, event } of received) {
    if (event.type === "barge_in") dryAt -= event.discardedMs;
    if (event.type !== "audio") continue;
    dryAt = Math.max(dryAt, at) + event.pcm.length / 16;
    assert(dryAt - at <= LEAD_MS + FRAME_MS + 1e-6, `${dryAt - at} ms ahead`);
  }
}

/** Promise 2: every accepted character is in a sentence, or in a barge-in's report. */
function checkNothingVanishes(events: SessionEvent[], texts: ReadonlyMap<string, string>): void {
  const ranges = new Map<string, [number, number][]>();
  const reported = new Map<string, string>();
  for (const event of events) {
    if (event.type === "sentence_started") {
      const list = ranges.get(event.utteranceId) ?? [];
      ranges.set(event.utteranceId, [...list, [event.sourceStart, event.sourceEnd]]);
    } else if (event.type === "barge_in") {
      for (const { utteranceId, heardText, unheardText } of event.utterances) {
        reported.set(utteranceId, heardText + unheardText);
      }
    } else if (event.type === "utterance_ended") {
      const text = texts.get(event.utteranceId) ?? "";
      assertEquals(event.characters, text.length);
      if (reported.has(event.utteranceId)) assertEquals(reported.get(event.utteranceId), text);
      if (event.outcome !== "interrupted") {
        checkCovered(text, ranges.get(event.utteranceId) ?? []);
        assertEquals(event.sentences, ranges.get(event.utteranceId)?.length ?? 0);
      }
    }
  }
}

/** The ranges ascend, and nothing but white space is outside them. */
function checkCovered(text: string, ranges: [number, number][]): void {
  let end = 0;
  for (const [from, to] of [...ranges, [text.length, text.length] as const]) {
    assertEquals(text.slice(end, from).trim(), "");
    assert(to >= from && from >= end);
    end = to;
  }
}
