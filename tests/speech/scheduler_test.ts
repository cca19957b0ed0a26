import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "../helpers/fast_check.ts";
import { Scheduler, type SentenceSource, type SynthesisJob } from "../../src/speech/scheduler.ts";
import { ANYONE, type Tenant } from "../../src/speech/fair_queue.ts";
import { FakeClock, settle } from "../helpers/fake_clock.ts";

const clock = new FakeClock(0);

/** A source with a list of due times, one per sentence. */
class ListSource implements SentenceSource {
  readonly #name: string;
  readonly #dues: number[];
  readonly lookahead: number;
  readonly tenant: Tenant;

  constructor(name: string, dues: number[], lookahead = Infinity, tenant = ANYONE) {
    this.#name = name;
    this.#dues = dues;
    this.lookahead = lookahead;
    this.tenant = tenant;
  }

  get eligible(): number {
    return Math.min(this.#dues.length, this.lookahead);
  }

  get dueAt(): number {
    return this.#dues[0] ?? Infinity;
  }

  isFirst = false;
  isPaced = true;

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
  const scheduler = new Scheduler({ clock, maxQueueDepth: 100 });
  scheduler.update(new ListSource("a", [30, 60]));
  scheduler.update(new ListSource("b", [10, 70]));
  scheduler.update(new ListSource("c", [20, 21]));
  assertEquals(await takeAll(scheduler), ["b@10", "c@20", "c@21", "a@30", "a@60", "b@70"]);
});

/** A listener who hears nothing yet, since `dueAt`. */
function waiting(name: string, dueAt: number): ListSource {
  const source = new ListSource(name, [dueAt]);
  source.isFirst = true;
  return source;
}

Deno.test("who hears nothing yet yields to who is about to hear a gap, and to nobody else", async () => {
  const scheduler = new Scheduler({ clock: new FakeClock(0), maxQueueDepth: 100 });
  scheduler.update(waiting("new", -5_000));
  scheduler.update(new ListSource("soon", [900]));
  scheduler.update(new ListSource("later", [1_100]));
  assertEquals(await takeAll(scheduler), ["soon@900", "new@-5000", "later@1100"]);
});

Deno.test("who has heard nothing for ten seconds yields to nobody", async () => {
  const scheduler = new Scheduler({ clock: new FakeClock(0), maxQueueDepth: 100 });
  scheduler.update(new ListSource("soon", [-100]));
  scheduler.update(waiting("long", -10_000));
  scheduler.update(waiting("short", -9_999));
  assertEquals(await takeAll(scheduler), ["long@-10000", "soon@-100", "short@-9999"]);
});

Deno.test("a source that begins to be heard is found where it belongs then", async () => {
  const scheduler = new Scheduler({ clock: new FakeClock(0), maxQueueDepth: 100 });
  const source = waiting("a", -5_000);
  scheduler.update(source);
  scheduler.update(new ListSource("b", [-4_000]));
  source.isFirst = false;
  scheduler.update(source);
  assertEquals(await takeAll(scheduler), ["a@-5000", "b@-4000"]);
  scheduler.remove(source);
  assertEquals(scheduler.depth, 0);
});

Deno.test("equal due times go round-robin over the sources", async () => {
  const scheduler = new Scheduler({ clock, maxQueueDepth: 100 });
  for (const name of ["a", "b", "c"]) scheduler.update(new ListSource(name, [5, 5, 5]));
  const order = (await takeAll(scheduler)).map((text) => text[0]).join("");
  assertEquals(order, "abcabcabc");
});

Deno.test("in any mix the earliest due sentence of those offered is taken, and none is lost", async () => {
  const sources = fc.array(fc.array(fc.nat(50), { maxLength: 8 }), { maxLength: 12 });
  await fc.assert(fc.asyncProperty(sources, async (lists) => {
    const scheduler = new Scheduler({ clock, maxQueueDepth: 1_000 });
    // Within a source due times ascend, as a listener's do.
    const sorted = lists.map((list) => list.toSorted((a, b) => a - b));
    sorted.forEach((list, index) => scheduler.update(new ListSource(`${index}`, [...list])));
    const taken = await takeAll(scheduler);
    const dues = taken.map((text) => Number(text.split("@")[1]));
    assertEquals(dues, sorted.flat().sort((a, b) => a - b));
  }));
});

Deno.test("an idle worker gets a sentence the moment there is one", async () => {
  const scheduler = new Scheduler({ clock, maxQueueDepth: 100 });
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
  const scheduler = new Scheduler({ clock, maxQueueDepth: 3 });
  const long = new ListSource("long", [1, 2, 3, 4, 5], 2);
  scheduler.update(long);
  assertEquals([scheduler.depth, scheduler.isFullFor(ANYONE)], [2, false]);
  const other = new ListSource("other", [9]);
  scheduler.update(other);
  assertEquals([scheduler.depth, scheduler.isFullFor(ANYONE)], [3, true]);
  await scheduler.next(new AbortController().signal);
  assertEquals(scheduler.depth, 3);
  scheduler.remove(long);
  scheduler.remove(long);
  assertEquals(scheduler.depth, 1);
  scheduler.remove(other);
  assertEquals([scheduler.depth, scheduler.isFullFor(ANYONE)], [0, false]);
});

Deno.test("a worker that stops waiting takes no sentence with it", async () => {
  const scheduler = new Scheduler({ clock, maxQueueDepth: 3 });
  const controller = new AbortController();
  const gone = scheduler.next(controller.signal);
  const stays = scheduler.next(new AbortController().signal);
  controller.abort(new Error("worker leaves"));
  await assertRejects(() => gone, Error, "worker leaves");
  scheduler.update(new ListSource("a", [1]));
  assertEquals((await stays).text, "a@1");
  await assertRejects(() => scheduler.next(controller.signal), Error, "worker leaves");
});

/** Sources of tenants whose sentences are due one after the other from `dueAt` on. */
function flood(name: string, count: number, { dueAt = 0, weight = 1 } = {}): ListSource {
  const dues = Array.from({ length: count }, (_, index) => dueAt + index);
  return new ListSource(name, dues, Infinity, { id: name, weight });
}

Deno.test("tenants share what is urgent by their weights, however long they have waited", async () => {
  const scheduler = new Scheduler({ clock, maxQueueDepth: 1_000 });
  scheduler.update(flood("a", 100, { dueAt: -10_000 }));
  scheduler.update(flood("b", 100, { dueAt: 100, weight: 3 }));
  const first = (await takeAll(scheduler)).slice(0, 80).map((text) => text[0]);
  // Texts differ in length by a few characters, so the shares do not come out to the sentence.
  const share = first.filter((name) => name === "b").length;
  assert(share >= 55 && share <= 65, `${share} of 80`);
});

Deno.test("what is not urgent waits for what is, whosesoever it is", async () => {
  const scheduler = new Scheduler({ clock, maxQueueDepth: 1_000 });
  scheduler.update(flood("a", 10, { dueAt: 0 }));
  scheduler.update(flood("b", 10, { dueAt: 5_000 }));
  const order = (await takeAll(scheduler)).map((text) => text[0]).join("");
  assertEquals(order, "a".repeat(10) + "b".repeat(10));
});

Deno.test("a tenant that comes back after a pause has saved nothing up", async () => {
  const scheduler = new Scheduler({ clock, maxQueueDepth: 1_000 });
  scheduler.update(flood("b", 1));
  await takeAll(scheduler);
  const busy = flood("a", 200);
  scheduler.update(busy);
  for (let taken = 0; taken < 100; taken++) await scheduler.next(new AbortController().signal);
  scheduler.update(flood("b", 100));
  const next = (await takeAll(scheduler)).slice(0, 40).map((text) => text[0]);
  const share = next.filter((name) => name === "b").length;
  assert(share >= 15 && share <= 25, `${share} of 40`);
});

Deno.test("a full queue has room for a tenant that has less than its share of it", () => {
  const scheduler = new Scheduler({ clock, maxQueueDepth: 10 });
  const [a, b] = [{ id: "a", weight: 1 }, { id: "b", weight: 1 }];
  scheduler.update(flood("a", 10));
  assertEquals([scheduler.isFullFor(a), scheduler.isFullFor(b)], [true, false]);
  scheduler.update(flood("b", 5));
  assertEquals([scheduler.isFullFor(a), scheduler.isFullFor(b)], [true, true]);
});

Deno.test("with any tenants, nothing is lost, and no one waits longer than its share allows", async () => {
  const tenant = fc.record({
    weight: fc.integer({ min: 1, max: 4 }),
    count: fc.integer({ min: 0, max: 30 }),
  });
  await fc.assert(fc.asyncProperty(fc.array(tenant, { maxLength: 6 }), async (tenants) => {
    const scheduler = new Scheduler({ clock, maxQueueDepth: 1_000 });
    tenants.forEach(({ weight, count }, index) =>
      scheduler.update(flood(String(index), count, { dueAt: -1_000, weight }))
    );
    const order = (await takeAll(scheduler)).map((text) => Number(text[0]));
    assertEquals(order.length, tenants.reduce((sum, { count }) => sum + count, 0));
    const total = tenants.reduce((sum, { weight }) => sum + weight, 0);
    tenants.forEach(({ weight, count }, index) => {
      // After its n-th sentence at most so many of all can have been served; the slack is one
      // sentence of each other tenant, and texts of 6 to 7 characters.
      const last = order.lastIndexOf(index) + 1;
      const fair = Math.ceil(count * total / weight) * 7 / 6 + tenants.length * 2;
      if (count > 0) assert(last <= fair, `${last} > ${fair}`);
    });
  }));
});

/** A source that is not heard in real time. */
function unpaced(name: string, dues: number[]): ListSource {
  const source = new ListSource(name, dues);
  source.isPaced = false;
  return source;
}

/** What a worker that is kept, or is not, has taken by now. */
async function takenBy(scheduler: Scheduler, isKept: boolean): Promise<string | undefined> {
  const controller = new AbortController();
  let taken: string | undefined;
  const next = scheduler.next(controller.signal, isKept).then((job) => void (taken = job.text));
  await settle();
  controller.abort();
  await next.catch(() => {});
  return taken;
}

Deno.test("a worker is kept from what is far ahead and not paced, while anybody listens", async () => {
  const scheduler = new Scheduler({ clock: new FakeClock(0), maxQueueDepth: 100 });
  const listener = new ListSource("live", []);
  scheduler.add(listener);
  scheduler.update(unpaced("flood", [1_000, 3_000, 4_000, 5_000]));
  assertEquals(await takenBy(scheduler, true), "flood@1000");
  assertEquals(await takenBy(scheduler, true), undefined);
  assertEquals(await takenBy(scheduler, false), "flood@3000");
  listener.add(500);
  scheduler.update(listener);
  assertEquals(await takenBy(scheduler, true), "live@500");
  const kept = scheduler.next(new AbortController().signal, true);
  scheduler.remove(listener);
  assertEquals((await kept).text, "flood@4000");
  assertEquals(await takenBy(scheduler, true), "flood@5000");
});

Deno.test("what is due is given to other workers before the one that is kept", async () => {
  const scheduler = new Scheduler({ clock: new FakeClock(0), maxQueueDepth: 100 });
  const signal = new AbortController().signal;
  const taken: string[] = [];
  for (const [name, isKept] of [["kept", true], ["other", false]] as const) {
    scheduler.next(signal, isKept).then(({ text }) => void taken.push(`${name} ${text}`));
  }
  scheduler.update(new ListSource("live", [100, 200]));
  await settle();
  assertEquals(taken, ["other live@100", "kept live@200"]);
});
