import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  SecondLevel,
  type SecondLevelOptions,
  type StoreEvent,
} from "../../../src/backends/cache/second_level.ts";
import type { KeptSentence } from "../../../src/backends/cache/sentence.ts";
import { scriptedPcm } from "../../../src/backends/scripted.ts";
import { FakeClock, settle } from "../../helpers/fake_clock.ts";
import { FakeStore } from "./fake_store.ts";

const SENTENCE: KeptSentence = {
  pcm: scriptedPcm(7, 0, 1_000),
  words: [{ start: 0, end: 4, startMs: 0.5, endMs: 20 }],
};

const { signal } = new AbortController();

class Setup {
  readonly clock = new FakeClock();
  readonly store = new FakeStore();
  readonly events: StoreEvent[] = [];
  readonly level: SecondLevel;

  constructor(options: Partial<SecondLevelOptions> = {}) {
    this.level = new SecondLevel({
      store: this.store,
      clock: this.clock,
      ttlS: 60,
      maxValueBytes: 100_000,
      random: () => 0.5,
      onEvent: (event) => this.events.push(event),
      ...options,
    });
  }

  /** Asks for a sentence for as long as that may take. */
  async get(key = "key"): Promise<KeptSentence | undefined> {
    const answer = this.level.get(key, signal);
    await this.clock.advanceAsync(20);
    return await answer;
  }
}

Deno.test("what one server wrote another reads, for as long as it was to be kept", async () => {
  const { level, store, clock } = new Setup();
  level.put("key", SENTENCE);
  const other = new SecondLevel({ store, clock, ttlS: 60, maxValueBytes: 100_000 });
  assertEquals(await other.get("key", signal), SENTENCE);
  assertEquals(await other.get("another", signal), undefined);
  assertEquals([...store.ttls.values()], [60]);
});

Deno.test("keys in the store tell the format's version and no text", () => {
  const { level, store } = new Setup();
  level.put("a secret", SENTENCE);
  assertMatch([...store.values.keys()][0]!, /^syrinx:sentence:1:[0-9a-f]{64}$/);
});

Deno.test("a store that does not answer is waited for 20 ms, and after three times left alone", async () => {
  const { level, store, clock, events } = new Setup();
  store.become("silent");
  for (let time = 0; time < 3; time++) {
    let isOver = false;
    const answer = level.get("key", signal).then(() => isOver = true);
    await clock.advanceAsync(19);
    assertEquals(isOver, false);
    await clock.advanceAsync(1);
    await answer;
  }
  assertEquals(store.asked, 3);
  await level.get("key", signal);
  level.put("key", SENTENCE);
  assertEquals(store.asked, 3);
  assertEquals(level.figures.up, false);
  assertEquals(level.figures.errors.timeout, 3);
  assertEquals(level.figures.errors.skipped, 2);
  assertEquals(events.filter(({ type }) => type === "store_down").length, 1);
});

Deno.test("it is used again when it answers again, without a sentence having to try", async () => {
  const { level, store, clock, events } = new Setup();
  level.put("key", SENTENCE);
  await settle();
  store.become("failing");
  for (let time = 0; time < 3; time++) await level.get("key", signal);
  await settle();
  assertEquals(level.figures.up, false);
  assertEquals(level.figures.errors.failed, 3);
  store.become("well");
  await clock.advanceAsync(2_000);
  assertEquals(level.figures.up, true);
  assertEquals(await level.get("key", signal), SENTENCE);
  assertEquals(events.at(-1), { type: "store_up" });
});

Deno.test("a store that hangs for long is asked now and then, not all the time", async () => {
  const { level, store, clock } = new Setup();
  store.become("silent");
  for (let time = 0; time < 3; time++) {
    const answer = level.get("key", signal);
    await clock.advanceAsync(20);
    await answer;
  }
  await clock.advanceAsync(600_000);
  assert(store.asked > 10 && store.asked < 40, `asked ${store.asked} times in 10 min`);
  level.close();
});

Deno.test("a lost connection is told once, and so is its return", async () => {
  const setup = new Setup();
  setup.store.become("well");
  setup.store.become("down");
  assertEquals(await setup.get(), undefined);
  setup.store.become("well");
  assertEquals(setup.events, [
    { type: "store_up" },
    { type: "store_down", reason: "connection refused" },
    { type: "store_up" },
  ]);
});

Deno.test("a value that is no sentence is none", async () => {
  const setup = new Setup();
  setup.level.put("key", SENTENCE);
  const [key] = setup.store.values.keys();
  setup.store.values.set(key!, new TextEncoder().encode("something else entirely"));
  assertEquals(await setup.get(), undefined);
  assertEquals(setup.level.figures.errors.invalid, 1);
});

Deno.test("what is on its way to the store is bounded", async () => {
  const { level, store } = new Setup({ maxPendingBytes: 5_000 });
  store.become("silent");
  for (let number = 0; number < 10; number++) level.put(`key ${number}`, SENTENCE);
  assertEquals(store.asked, 2);
  assertEquals(level.figures.errors.dropped, 8);
  await settle();
});

Deno.test("a sentence that is too large is not written", () => {
  const { level, store } = new Setup({ maxValueBytes: 2_000 });
  level.put("key", SENTENCE);
  assertEquals(store.asked, 0);
});

Deno.test("nobody waits for the store who does not want the sentence any more", async () => {
  const { level, store } = new Setup();
  store.become("silent");
  const stop = new AbortController();
  const answer = level.get("key", stop.signal);
  stop.abort();
  assertEquals(await answer, undefined);
  assertEquals(level.figures.errors.timeout, 0);
});

Deno.test("nothing is asked or told once it is closed, and no timer is left", async () => {
  const { level, store, clock, events } = new Setup();
  store.become("silent");
  const answer = level.get("key", signal);
  level.close();
  await clock.advanceAsync(20);
  await answer;
  level.put("key", SENTENCE);
  assertEquals(store.asked, 1);
  assertEquals(store.isClosed, true);
  assertEquals(events.length, 1);
  assertEquals(clock.pending, 0);
});
