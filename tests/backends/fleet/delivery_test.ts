import { assert, assertEquals } from "@std/assert";
import { anchorAt, skipMs } from "../../../src/backends/fleet/continuation.ts";
import { Delivery } from "../../../src/backends/fleet/delivery.ts";
import type { JoinKind } from "../../../src/backends/fleet/events.ts";
import type { MemberCapabilities } from "../../../src/backends/fleet/member.ts";
import type { AudioChunk, WordTiming } from "../../../src/speech/backend.ts";
import { voiceNamed } from "./scripted_member.ts";
import { RATE } from "./toy_engine.ts";

const TEXT = "Red, green  and blue.";
const RED: WordTiming = { start: 0, end: 4, startMs: 20, endMs: 100 };
const GREEN: WordTiming = { start: 5, end: 10, startMs: 180, endMs: 260 };

const plain: MemberCapabilities = {
  engine: "plain",
  voices: [voiceNamed("one")],
  maxConcurrent: 1,
  wordTimings: true,
  deterministic: false,
};

function chunk(count: number, words?: readonly WordTiming[], value = 5): AudioChunk {
  const pcm = new Int16Array(count).fill(value);
  return words === undefined ? { pcm } : { pcm, words };
}

/** A delivery to which a member has given some chunks. */
function given(chunks: readonly AudioChunk[], capabilities = plain, text = TEXT) {
  const joins: [JoinKind, number][] = [];
  const delivery = new Delivery({
    text,
    sampleRate: RATE,
    onJoin: (kind, atMs) => void joins.push([kind, atMs]),
  });
  delivery.begin(delivery.plan(capabilities)!, capabilities);
  const received = chunks.flatMap((chunk) => delivery.accept(chunk) ?? []);
  return { delivery, joins, received };
}

Deno.test("the place to go on is the word that is on, or the one that comes next", () => {
  const at = (givenMs: number, current?: WordTiming, next?: WordTiming) =>
    anchorAt({ text: TEXT, givenMs, current, next });
  assertEquals(at(60, RED), { textStart: 0, part: 0.5, pauseMs: 0 });
  assertEquals(at(60, RED, GREEN), { textStart: 0, part: 0.5, pauseMs: 0 });
  assertEquals(at(150, RED, GREEN), { textStart: 5, part: 0, pauseMs: 30 });
  assertEquals(at(10, undefined, RED), { textStart: 0, part: 0, pauseMs: 10 });
  // Behind the last word that is known: in the silence after it, as far as can be told.
  assertEquals(at(100, RED), { textStart: 5, part: 0, pauseMs: 0 });
  assertEquals(at(600, RED), { textStart: 5, part: 0, pauseMs: 0 });
  assertEquals(at(760, GREEN), { textStart: 12, part: 0, pauseMs: 0 });
  assertEquals(at(601, RED), undefined);
  assertEquals(at(10), undefined);
});

Deno.test("of the new audio all is skipped that was given of the old", () => {
  const first = { start: 0, end: 4, startMs: 50, endMs: 150 };
  assertEquals(skipMs({ textStart: 0, part: 0.25, pauseMs: 0 }, first), 75);
  assertEquals(skipMs({ textStart: 0, part: 0, pauseMs: 20 }, first), 30);
  assertEquals(skipMs({ textStart: 0, part: 0, pauseMs: 80 }, first), 0);
});

Deno.test("words are told with the audio in which they begin", () => {
  const { received, delivery } = given([chunk(100, [RED, GREEN]), chunk(80), chunk(1)]);
  assertEquals(received.map(({ words }) => words), [[RED], undefined, [GREEN]]);
  assertEquals(delivery.end(), undefined);
  const late = given([chunk(100), chunk(0, [RED, GREEN])]);
  assertEquals(late.received.map(({ words }) => words), [undefined, [RED]]);
  assertEquals(late.delivery.end(), { pcm: new Int16Array(0), words: [GREEN] });
});

Deno.test("a chunk that gives a listener nothing is not passed on", () => {
  assertEquals(given([chunk(0), chunk(0, [RED])]).received, []);
});

Deno.test("a word that was told keeps its time, those after it get their new ones", () => {
  const { delivery, joins } = given([chunk(200, [RED, GREEN])]);
  const plan = delivery.plan(plain)!;
  assertEquals(plan, {
    kind: "word",
    text: "green  and blue.",
    anchor: { textStart: 5, part: 0.25, pauseMs: 0 },
  });
  delivery.begin(plan, plain);
  // A slower engine: its first word is on from 40 to 200, a quarter of it is skipped.
  const first = { start: 0, end: 5, startMs: 40, endMs: 200 };
  const second = { start: 7, end: 10, startMs: 210, endMs: 300 };
  assertEquals(delivery.accept(chunk(60, undefined, 9)), undefined);
  const part = delivery.accept(chunk(240, [first, second], 9))!;
  assertEquals(part.pcm.length, 60 + 240 - 80);
  assertEquals(part.words, [{
    start: 12,
    end: 15,
    startMs: 200 + 210 - 80,
    endMs: 200 + 300 - 80,
  }]);
  assertEquals(joins, [["word", 200]]);
});

Deno.test("times never go back where the next engine is faster", () => {
  const { delivery } = given([chunk(200, [RED, GREEN])]);
  delivery.begin(delivery.plan(plain)!, plain);
  const first = { start: 0, end: 5, startMs: 0, endMs: 20 };
  const second = { start: 7, end: 10, startMs: 20, endMs: 30 };
  const third = { start: 11, end: 16, startMs: 30, endMs: 90 };
  const words = [
    ...delivery.accept(chunk(90, [first, second, third]))?.words ?? [],
    ...delivery.end()?.words ?? [],
  ];
  assertEquals(words.map(({ startMs, endMs }) => [startMs, endMs]), [[260, 260], [260, 285]]);
});

Deno.test("audio held for a timing that does not come is given at the end", () => {
  const { delivery } = given([chunk(200, [RED, GREEN])]);
  delivery.begin(delivery.plan(plain)!, plain);
  assertEquals(delivery.accept(chunk(30)), undefined);
  assertEquals(delivery.end()?.pcm.length, 30);
});

Deno.test("the same engine says everything again, and what was given is skipped", () => {
  const exact = { ...plain, deterministic: true };
  const { delivery, joins } = given([chunk(150, [RED])], exact);
  const plan = delivery.plan(exact)!;
  assertEquals(plan, { kind: "exact", text: TEXT });
  delivery.begin(plan, exact);
  assertEquals(delivery.accept(chunk(100, [RED])), undefined);
  assertEquals(delivery.accept(chunk(100, [GREEN])), {
    pcm: new Int16Array(50).fill(5),
    words: [GREEN],
  });
  assertEquals(joins, [["exact", 150]]);
});

Deno.test("an engine that is not what it says is found out at the join", () => {
  const exact = { ...plain, deterministic: true };
  const { delivery, joins } = given([chunk(150, [RED])], exact);
  delivery.begin(delivery.plan(exact)!, exact);
  delivery.accept(chunk(200, [RED, GREEN], 25));
  assertEquals(joins, [["time", 150]]);
  // And is not taken at its word again.
  assertEquals(delivery.plan(exact)?.kind, "word");
});

Deno.test("another engine, or one with chance in it, is not asked to be exact", () => {
  const exact = { ...plain, deterministic: true };
  assertEquals(given([chunk(9, [RED])], exact).delivery.plan(plain)?.kind, "word");
  assertEquals(
    given([chunk(9, [RED])], exact).delivery.plan({ ...exact, engine: "other" })?.kind,
    "word",
  );
  assertEquals(given([chunk(9, [RED])], plain).delivery.plan(exact)?.kind, "word");
  assertEquals(
    given([chunk(9, [RED])], plain).delivery.plan({ ...plain, wordTimings: false })?.kind,
    "time",
  );
  assertEquals(given([chunk(9)], plain).delivery.plan(plain)?.kind, "time");
});

Deno.test("a sentence in which engines were mixed is exact with none of them", () => {
  const exact = { ...plain, deterministic: true };
  for (const kind of ["word", "time"] as const) {
    const { delivery } = given([chunk(60, [RED])], plain);
    const capabilities = { ...exact, wordTimings: kind === "word" };
    const plan = delivery.plan(capabilities)!;
    assertEquals(plan.kind, kind);
    delivery.begin(plan, capabilities);
    delivery.accept(chunk(100, [RED, GREEN]));
    assertEquals(delivery.plan(exact)?.kind, "word");
  }
});

Deno.test("a sentence of which every word was given is spoken", () => {
  const text = "Red, ...";
  assert(given([chunk(100, [RED])], plain, text).delivery.isSpoken);
  assertEquals(given([chunk(99, [RED])], plain, text).delivery.isSpoken, false);
  assertEquals(given([chunk(100, [RED])], plain, text).delivery.plan(plain), undefined);
  assertEquals(given([], plain, text).delivery.isSpoken, false);
  // The rest of its silence can be had to the sample.
  const exact = { ...plain, deterministic: true };
  assertEquals(given([chunk(100, [RED])], exact, text).delivery.isSpoken, false);
  assertEquals(given([chunk(100, [RED])], exact, text).delivery.plan(exact)?.kind, "exact");
});
