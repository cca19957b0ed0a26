import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Sampler } from "../../../src/telemetry/profiler/cpu_sampler.ts";
import { Sections } from "../../../src/telemetry/profiler/sections.ts";
import { FakeClock, settle } from "../../helpers/fake_clock.ts";
import { FakeSampler } from "../../helpers/profiles.ts";

class Setup {
  readonly clock = new FakeClock();
  readonly sampler = new FakeSampler();
  readonly written: string[] = [];
  readonly errors: unknown[] = [];
  readonly sections: Sections;

  constructor(sampler?: Sampler) {
    this.sections = new Sections({
      sampler: sampler ?? this.sampler,
      clock: this.clock,
      minDurationMs: 100,
      write: (name, profile) => {
        const { startTime } = JSON.parse(new TextDecoder().decode(profile));
        this.written.push(`${name} ${startTime}`);
      },
      onError: (error) => this.errors.push(error),
    });
  }
}

Deno.test("a section that takes long enough is written, a shorter one is not", async () => {
  const { sections, clock, sampler, written } = new Setup();
  assertEquals(sections.run("short", () => clock.advance(99)), undefined);
  assertEquals(sections.run("long", () => (clock.advance(100), "result")), "result");
  await settle();
  assertEquals(written, ["long 1"]);
  assertEquals(sampler.ends, ["dropped", "stopped"]);
  assertEquals(clock.pending, 0);
});

Deno.test("a section lasts until its promise settles", async () => {
  const { sections, clock, sampler, written } = new Setup();
  const work = Promise.withResolvers<number>();
  const result = sections.run("slow", () => work.promise);
  await clock.advanceAsync(100);
  assertEquals(sampler.ends, ["open"]);
  work.resolve(7);
  assertEquals(await result, 7);
  await settle();
  assertEquals(written, ["slow 0"]);
});

Deno.test("errors pass through, and what failed slowly is written as well", async () => {
  const { sections, clock, written } = new Setup();
  const fail = (): never => {
    clock.advance(200);
    throw new Error("as you wish");
  };
  assertThrows(() => sections.run("sync", fail), Error, "as you wish");
  await assertRejects(() => sections.run("async", () => Promise.resolve().then(fail)), Error, "as");
  await settle();
  assertEquals(written, ["sync 0", "async 1"]);
});

Deno.test("sections overlap, and each is ended once", async () => {
  const { sections, clock, sampler, written } = new Setup();
  const endOne = sections.begin("one");
  clock.advance(60);
  const endTwo = sections.begin("two");
  clock.advance(60);
  endOne();
  endTwo();
  endOne();
  endTwo();
  await settle();
  assertEquals(written, ["one 0"]);
  assertEquals(sampler.ends, ["stopped", "dropped"]);
});

Deno.test("a section that does not end is written after a minute, once", async () => {
  const { sections, clock, written } = new Setup();
  const end = sections.begin("endless");
  clock.advance(59_999);
  await settle();
  assertEquals(written, []);
  clock.advance(1);
  await settle();
  assertEquals(written, ["endless 0"]);
  end();
  await settle();
  assertEquals(written, ["endless 0"]);
});

Deno.test("where nothing can be sampled, a section runs all the same", () => {
  const failure = new Error("not permitted");
  const { sections, errors } = new Setup({
    start() {
      throw failure;
    },
    close() {},
  });
  assertEquals(sections.run("section", () => "result"), "result");
  assertEquals(errors, [failure]);
});

Deno.test("closing drops what is open and waits for what is ended", async () => {
  const { sections, clock, sampler, written } = new Setup();
  const end = sections.begin("open");
  sections.run("ended", () => clock.advance(100));
  await sections.close();
  assertEquals(written, ["ended 1"]);
  end();
  assertEquals(sampler.ends, ["dropped", "stopped"]);
  assertEquals(clock.pending, 0);
});
