import { assert, assertEquals, assertThrows } from "@std/assert";
import { startLogging } from "../../../src/telemetry/logger.ts";
import { createProfiler, type ProfilerOptions } from "../../../src/telemetry/profiler/profiler.ts";
import { FakeClock, settle } from "../../helpers/fake_clock.ts";
import { FakeSampler, parseProfile, shareOf, spin } from "../../helpers/profiles.ts";

/** A profiler that writes into a folder of its own. */
async function setUp(options: Partial<ProfilerOptions> = {}) {
  const outputDir = await Deno.makeTempDir();
  const profiler = createProfiler({
    enabled: true,
    outputDir,
    minDurationMs: 100,
    maxFiles: 10,
    ...options,
  });
  return {
    profiler,
    names: () => [...Deno.readDirSync(outputDir)].map(({ name }) => name).sort(),
    read: (name: string) => Deno.readTextFile(`${outputDir}/${name}`),
    async [Symbol.asyncDispose]() {
      await profiler.close();
      await Deno.remove(outputDir, { recursive: true });
    },
  };
}

const textOf = (stream: ReadableStream<Uint8Array> | undefined) => new Response(stream!).text();

Deno.test("a slow section leaves a profile of what it did", async () => {
  await using setup = await setUp();
  const { profiler } = setup;
  profiler.section("quick one", () => 1);
  profiler.section("coffee: ground", function grindsCoffee() {
    spin(200);
  });
  await profiler.close();
  const [name, ...others] = setup.names();
  assertEquals(others, []);
  assert(/^coffee_ground_\d{8}T\d{9}Z_1\.cpuprofile$/.test(name!), name);
  const profile = parseProfile(await setup.read(name!));
  assert(shareOf(profile, "grindsCoffee") > 0.5, `${shareOf(profile, "grindsCoffee")}`);
  assert(profile.endTime - profile.startTime >= 200_000);
});

Deno.test("sections of workers that overlap have profiles of their own times", async () => {
  await using setup = await setUp();
  const { profiler } = setup;
  const boilsWater = () => spin(120);
  const poursCup = () => spin(120);
  const hold = Promise.withResolvers<void>();
  const long = profiler.section("long", async () => {
    boilsWater();
    await hold.promise;
  });
  await profiler.section("short", async () => {
    poursCup();
    await settle();
  });
  hold.resolve();
  await long;
  await profiler.close();
  const shares: Record<string, boolean[]> = {};
  for (const name of setup.names()) {
    const profile = parseProfile(await setup.read(name));
    const parts = ["boilsWater", "poursCup"].map((part) => shareOf(profile, part) > 0.1);
    shares[name.split("_")[0]!] = parts;
  }
  assertEquals(shares, { long: [true, true], short: [false, true] });
});

Deno.test("when sections are not profiled they only run", async () => {
  const sampler = new FakeSampler();
  await using setup = await setUp({ enabled: false, sampler, minDurationMs: 0 });
  const { profiler } = setup;
  assertEquals(profiler.section("section", () => "result"), "result");
  const promise = Promise.resolve("later");
  assert(profiler.section("section", () => promise) === promise);
  assertThrows(() =>
    profiler.section("section", () => {
      throw new Error("as you wish");
    })
  );
  assertEquals(profiler.threads, undefined);
  assertEquals(sampler.ends, []);
  await profiler.close();
  assertEquals(setup.names(), []);
});

Deno.test("profiles of other threads are written beside the own", async () => {
  await using setup = await setUp();
  const { profiler } = setup;
  assertEquals(profiler.threads!.minDurationMs, 100);
  profiler.threads!.onProfile("engine_1_synthesis", new TextEncoder().encode("{}"));
  await profiler.close();
  assertEquals(setup.names().map((name) => name.replace(/_\d+T.*/, "")), ["engine_1_synthesis"]);
});

Deno.test("a lost profile is logged once, and nothing else comes of it", async () => {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  startLogging({ level: { all: "info", parts: {} }, format: "json", write });
  try {
    await using setup = await setUp({ outputDir: "/dev/null/profiles", minDurationMs: 0 });
    setup.profiler.section("one", () => {});
    setup.profiler.section("two", () => {});
    setup.profiler.threads!.onError("no profile of thread 1");
    await setup.profiler.close();
  } finally {
    startLogging({ level: { all: "error", parts: {} }, format: "json", write: () => {} });
  }
  assertEquals(lines.length, 1, lines.join("\n"));
  assert(lines[0]!.includes("A profile was lost"), lines[0]);
});

Deno.test("a profile on demand covers the seconds it was asked for, one at a time", async () => {
  const clock = new FakeClock();
  await using setup = await setUp({ enabled: false, clock });
  const { profiler } = setup;
  const stream = profiler.record(2);
  assertEquals(profiler.record(2), undefined);
  (function grindsCoffee() {
    spin(100);
  })();
  clock.advance(1_999);
  await settle();
  assertEquals(profiler.record(2), undefined);
  clock.advance(1);
  const profile = parseProfile(await textOf(stream));
  assert(shareOf(profile, "grindsCoffee") > 0.5, `${shareOf(profile, "grindsCoffee")}`);
  const second = profiler.record(1);
  clock.advance(1_000);
  parseProfile(await textOf(second));
});

Deno.test("who asked for a profile and leaves makes place for the next", async () => {
  const clock = new FakeClock();
  const sampler = new FakeSampler();
  await using setup = await setUp({ clock, sampler });
  const { profiler } = setup;
  await profiler.record(60)!.cancel();
  assertEquals([sampler.ends, clock.pending], [["dropped"], 0]);
  const second = profiler.record(1)!;
  clock.advance(1_000);
  await settle();
  // Whoever leaves too late stops nobody.
  const third = profiler.record(1)!;
  await second.cancel();
  assertEquals(profiler.record(1), undefined);
  clock.advance(1_000);
  await textOf(third);
  assertEquals(sampler.ends, ["dropped", "stopped", "stopped"]);
});

Deno.test("closing ends a recording early, and its reader gets what there is", async () => {
  const clock = new FakeClock();
  await using setup = await setUp({ clock });
  const stream = setup.profiler.record(60);
  (function grindsCoffee() {
    spin(50);
  })();
  await setup.profiler.close();
  assert(shareOf(parseProfile(await textOf(stream)), "grindsCoffee") > 0.3);
  assertThrows(() => setup.profiler.record(1), Error, "closed");
  assertEquals(clock.pending, 0);
});

Deno.test("a heap snapshot on demand shows what the heap holds, one at a time", async () => {
  class CoffeeBean {}
  const beans = [new CoffeeBean(), new CoffeeBean()];
  await using setup = await setUp({ enabled: false });
  const { profiler } = setup;
  const stream = profiler.heap();
  assertEquals(profiler.heap(), undefined);
  const { snapshot, nodes, strings } = JSON.parse(await textOf(stream));
  assertEquals(nodes.length, snapshot.node_count * snapshot.meta.node_fields.length);
  assert(strings.includes("CoffeeBean"));
  assertEquals(beans.length, 2);
  await profiler.heap()!.cancel();
  await profiler.heap()!.cancel();
});
