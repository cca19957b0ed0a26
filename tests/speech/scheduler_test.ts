import { assertEquals, assertRejects } from "@std/assert";
import fc from "../helpers/fast_check.ts";
import { Scheduler, type SentenceSource, type SynthesisJob } from "../../src/speech/scheduler.ts";
import { settle } from "../helpers/fake_clock.ts";

/** A source with a list of due times, one per sentence. */
class ListSource implements SentenceSource {
  readonly #name: string;
  readonly #dues: number[];
  readonly lookahead: number;

  constructor(name: string, dues: number[], lookahead = Infinity) {
    this.#name = name;
    this.#dues = dues;
    this.lookahead = lookahead;
  }

  get eligible(): number {
    return Math.min(this.#dues.length, this.lookahead);
  }

  get dueAt(): number {
    return this.#dues[0] ?? Infinity;
  }

  add(dueAt: number): void {
    this.#dues.push(dueAt);
  }

  take(): SynthesisJob {
    const dueAt = this.#dues.shift()!;
    return { text: `${this.#name}@${dueAt}` } as SynthesisJob;
  }
}

async function takeAll(scheduler: Scheduler): Promise<string[]> {
  const taken: string[] = [];
  while (scheduler.depth > 0) {
    taken.push((await scheduler.next(new AbortController().signal)).text);
  }
  return taken;
}

Deno.test("the sentence whose listener runs dry first is next", async () => {
  const scheduler = new Scheduler({ maxQueueDepth: 100 });
  scheduler.update(new ListSource("a", [30, 60]));
  scheduler.update(new ListSource("b", [10, 70]));
  scheduler.update(new ListSource("c", [20, 21]));
  assertEquals(await takeAll(scheduler), ["b@10", "c@20", "c@21", "a@30", "a@60", "b@70"]);
});

Deno.test("equal due times go round-robin over the sources", async () => {
  const scheduler = new Scheduler({ maxQueueDepth: 100 });
  for (const name of ["a", "b", "c"]) scheduler.update(new ListSource(name, [5, 5, 5]));
  const order = (await takeAll(scheduler)).map((text) => text[0]).join("");
  assertEquals(order, "abcabcabc");
});

Deno.test("in any mix the earliest due sentence of those offered is taken, and none is lost", async () => {
  const sources = fc.array(fc.array(fc.nat(50), { maxLength: 8 }), { maxLength: 12 });
  await fc.assert(fc.asyncProperty(sources, async (lists) => {
    const scheduler = new Scheduler({ maxQueueDepth: 1_000 });
    // Within a source due times ascend, as a listener's do.
    const sorted = lists.map((list) => list.toSorted((a, b) => a - b));
    sorted.forEach((list, index) => scheduler.update(new ListSource(`${index}`, [...list])));
    const taken = await takeAll(scheduler);
    const dues = taken.map((text) => Number(text.split("@")[1]));
    assertEquals(dues, sorted.flat().sort((a, b) => a - b));
  }));
});

Deno.test("an idle worker gets a sentence the moment there is one", async () => {
  const scheduler = new Scheduler({ maxQueueDepth: 100 });
  const jobs: string[] = [];
  for (let worker = 0; worker < 2; worker++) {
    scheduler.next(new AbortController().signal).then((job) => jobs.push(job.text));
  }
  const source = new ListSource("a", []);
  scheduler.update(source);
  source.add(1);
  source.add(2);
  scheduler.update(source);
  await settle();
  assertEquals(jobs, ["a@1", "a@2"]);
  assertEquals(scheduler.depth, 0);
});

Deno.test("depth counts what is within the look-ahead, and says when the queue is full", async () => {
  const scheduler = new Scheduler({ maxQueueDepth: 3 });
  const long = new ListSource("long", [1, 2, 3, 4, 5], 2);
  scheduler.update(long);
  assertEquals([scheduler.depth, scheduler.isFull], [2, false]);
  const other = new ListSource("other", [9]);
  scheduler.update(other);
  assertEquals([scheduler.depth, scheduler.isFull], [3, true]);
  await scheduler.next(new AbortController().signal);
  assertEquals(scheduler.depth, 3);
  scheduler.remove(long);
  scheduler.remove(long);
  assertEquals(scheduler.depth, 1);
  scheduler.remove(other);
  assertEquals([scheduler.depth, scheduler.isFull], [0, false]);
});

Deno.test("a worker that stops waiting takes no sentence with it", async () => {
  const scheduler = new Scheduler({ maxQueueDepth: 3 });
  const controller = new AbortController();
  const gone = scheduler.next(controller.signal);
  const stays = scheduler.next(new AbortController().signal);
  controller.abort(new Error("worker leaves"));
  await assertRejects(() => gone, Error, "worker leaves");
  scheduler.update(new ListSource("a", [1]));
  assertEquals((await stays).text, "a@1");
  await assertRejects(() => scheduler.next(controller.signal), Error, "worker leaves");
});
