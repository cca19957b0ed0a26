import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { systemClock } from "../../../src/lib/clock.ts";
import { CpuSampler, type Recording } from "../../../src/telemetry/profiler/cpu_sampler.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { parseProfile, shareOf, spin } from "../../helpers/profiles.ts";

async function profileOf(recording: Recording) {
  return parseProfile(JSON.stringify(await recording.stop()));
}

Deno.test("a profile shows the function that was busy", async () => {
  const sampler = new CpuSampler(systemClock);
  const recording = sampler.start();
  (function grindsCoffee() {
    spin(150);
  })();
  const profile = await profileOf(recording);
  sampler.close();
  assert(shareOf(profile, "grindsCoffee") > 0.2, `${shareOf(profile, "grindsCoffee")}`);
});

Deno.test("recordings that overlap have each its own time", async () => {
  const sampler = new CpuSampler(systemClock);
  const grindsCoffee = () => spin(150);
  const boilsWater = () => spin(150);
  const poursCup = () => spin(150);
  const first = sampler.start();
  grindsCoffee();
  const second = sampler.start();
  boilsWater();
  const firstProfile = await profileOf(first);
  poursCup();
  const secondProfile = await profileOf(second);
  sampler.close();
  const shares = [firstProfile, secondProfile].map((profile) =>
    ["grindsCoffee", "boilsWater", "poursCup"].map((name) => shareOf(profile, name) > 0.1)
  );
  assertEquals(shares, [[true, true, false], [false, true, true]]);
  assertEquals([shareOf(firstProfile, "poursCup"), shareOf(secondProfile, "grindsCoffee")], [0, 0]);
});

Deno.test("recordings that never stop overlapping lose nothing, and each stays short", async () => {
  const sampler = new CpuSampler(systemClock);
  // On a busy machine samples may be some ten ms late.
  const grindsCoffee = () => spin(100);
  let open = sampler.start();
  for (let turn = 0; turn < 10; turn++) {
    const next = sampler.start();
    grindsCoffee();
    const profile = await profileOf(open);
    assert(shareOf(profile, "grindsCoffee") > 0.1, `${turn}: ${shareOf(profile, "grindsCoffee")}`);
    assert(profile.samples.length < 1_000, `${profile.samples.length} samples`);
    open = next;
  }
  open.drop();
  sampler.close();
});

Deno.test("the sampler goes on for a while after the last recording, then leaves", async () => {
  const clock = new FakeClock();
  const sampler = new CpuSampler(clock);
  const grindsCoffee = () => spin(150);
  sampler.start().drop();
  assertEquals(clock.pending, 1);
  clock.advance(9_999);
  const second = sampler.start();
  assertEquals(clock.pending, 0);
  clock.advance(60_000);
  grindsCoffee();
  assert(shareOf(await profileOf(second), "grindsCoffee") > 0.2);
  clock.advance(10_000);
  assertEquals(clock.pending, 0);
  const third = sampler.start();
  grindsCoffee();
  assert(shareOf(await profileOf(third), "grindsCoffee") > 0.2);
  sampler.close();
  assertEquals(clock.pending, 0);
});

Deno.test("two samplers in one thread do not disturb each other", async () => {
  const grindsCoffee = () => spin(150);
  const one = new CpuSampler(systemClock);
  const two = new CpuSampler(systemClock);
  const ofOne = one.start();
  const ofTwo = two.start();
  grindsCoffee();
  assert(shareOf(await profileOf(ofOne), "grindsCoffee") > 0.2);
  one.close();
  grindsCoffee();
  assert(shareOf(await profileOf(ofTwo), "grindsCoffee") > 0.2);
  two.close();
});

Deno.test("a recording that has ended, and one more than can be, are refused", async () => {
  const sampler = new CpuSampler(systemClock);
  const recordings = Array.from({ length: 99 }, () => sampler.start());
  assertThrows(() => sampler.start(), Error, "99 profiles are recorded at once already");
  recordings[0]!.drop();
  await assertRejects(() => recordings[0]!.stop(), Error, "has ended");
  const more = sampler.start();
  parseProfile(JSON.stringify(await more.stop()));
  const pending = recordings[1]!.stop();
  sampler.close();
  await assertRejects(() => pending, Error, "closed");
  await assertRejects(() => recordings[2]!.stop(), Error, "has ended");
  assertThrows(() => sampler.start(), Error, "closed");
});

Deno.test("a profile that does not come is not waited for without end", async () => {
  const clock = new FakeClock();
  const sampler = new CpuSampler(clock);
  const recording = sampler.start();
  const profile = recording.stop();
  clock.advance(5_000);
  await assertRejects(() => profile, Error, "within 5000 ms");
  sampler.close();
});
