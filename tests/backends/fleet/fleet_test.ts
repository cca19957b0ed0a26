import { assert, assertEquals, assertRejects } from "@std/assert";
import { createFleet, type FleetSettings } from "../../../src/backends/fleet.ts";
import { settle } from "../../helpers/fake_clock.ts";
import { DeepClock } from "./deep_clock.ts";
import { ScriptedMember, type ScriptedMemberOptions, voiceNamed } from "./scripted_member.ts";
import { TestFleet, TestSource } from "./test_fleet.ts";

/** A fleet that is still being created. */
function creating(
  options: readonly Omit<ScriptedMemberOptions, "clock">[],
  settings: Partial<FleetSettings> = {},
) {
  const clock = new DeepClock();
  const members = options.map((member) => new ScriptedMember({ ...member, clock }));
  const source = new TestSource(members.map(({ address }) => address));
  const abort = new AbortController();
  let isReady = false;
  const fleet = createFleet({
    source,
    open: (address) => members.find((member) => member.address === address)!,
    clock,
    settings: { startTimeoutMs: 10_000, startGraceMs: 1_000, ...settings },
    signal: abort.signal,
  });
  fleet.then(() => isReady = true, () => {});
  return { clock, members, source, abort, fleet, isReady: () => isReady };
}

Deno.test("a fleet is ready when all its members are", async () => {
  const { clock, fleet, isReady } = creating([{ address: "a:1" }, { address: "b:1" }]);
  await clock.advanceAsync(0);
  assert(isReady());
  assertEquals((await fleet).capacity, 4);
  await (await fleet).close();
});

Deno.test("a fleet waits for its first member, and a while for the others", async () => {
  const { clock, members, fleet, isReady } = creating([
    { address: "a:1", alive: false, voices: ["alice"] },
    { address: "b:1", alive: false, voices: ["bob"] },
    { address: "c:1", alive: false },
  ]);
  await clock.advanceAsync(4_000);
  members[1]!.revive();
  await clock.advanceAsync(900);
  assertEquals(isReady(), false);
  members[0]!.revive();
  await clock.advanceAsync(99);
  assertEquals(isReady(), false);
  await clock.advanceAsync(1);
  assert(isReady());
  const { voices } = await fleet;
  assertEquals(voices.map(({ id }) => id), ["alice", "bob"]);
  // The third one's come when it comes, behind.
  members[2]!.revive();
  await clock.advanceAsync(0);
  assertEquals((await fleet).voices.map(({ id }) => id), ["alice", "bob", "one"]);
  await (await fleet).close();
  assertEquals(clock.pending, 0);
});

Deno.test("a fleet without any member is not created, and leaves nothing", async () => {
  const { clock, members, source, fleet } = creating([
    { address: "a:1", alive: false },
    { address: "b:1", alive: false },
  ]);
  const failure = assertRejects(
    () => fleet,
    Error,
    "no backend answered for 10000 ms: a:1, b:1",
  );
  await clock.advanceAsync(10_000);
  await failure;
  assertEquals([clock.pending, source.subscribers], [0, 0]);
  assertEquals(members.map(({ closed }) => closed), [1, 1]);
});

Deno.test("who waits for a fleet can stop waiting", async () => {
  const { clock, abort, fleet } = creating([{ address: "a:1", alive: false }]);
  await clock.advanceAsync(10);
  const reason = new Error("never mind");
  abort.abort(reason);
  assertEquals(await fleet.catch((error) => error), reason);
  assertEquals(clock.pending, 0);
});

Deno.test("a member is asked again what it can do until it answers", async () => {
  const { clock, members, fleet, isReady } = creating([{ address: "a:1", alive: false }]);
  members[0]!.freeze();
  members[0]!.revive();
  // Each question is given a second; the pauses are 100, 200, 400 ms.
  await clock.advanceAsync(3_700);
  assertEquals([members[0]!.questions, isReady()], [4, false]);
  members[0]!.thaw();
  await clock.advanceAsync(0);
  assert(isReady());
  await (await fleet).close();
  assertEquals(clock.pending, 0);
});

Deno.test("an answer that a member owes from before it was away is not waited for", async () => {
  const test = await TestFleet.create({ members: [{}] });
  const [member] = test.members;
  const answer = member!.capabilities;
  member!.setHealth("unknown");
  member!.capabilities = () => new Promise(() => {});
  member!.setHealth("serving");
  await test.clock.advanceAsync(500);
  assertEquals(test.fleet.stats()[0]!.up, false);
  member!.capabilities = answer;
  member!.setHealth("unknown");
  member!.setHealth("serving");
  await test.clock.advanceAsync(10_000);
  assertEquals(test.fleet.stats()[0]!.up, true);
  assertEquals(test.eventsOf("backend_up").length, 2);
  await test.close();
});

Deno.test("voices are those of all members, and stay when a member goes", async () => {
  const test = await TestFleet.create({
    members: [{ voices: ["one", "two"] }, { voices: ["two", "three"] }],
  });
  assertEquals(test.fleet.voices.map(({ id }) => id), ["one", "two", "three"]);
  test.members[1]!.die();
  await settle();
  assertEquals(test.fleet.voices.map(({ id }) => id), ["one", "two", "three"]);
  const sentence = test.say("Hi.", { voice: "three" });
  await test.clock.advanceAsync(100);
  test.members[1]!.revive();
  await test.clock.advanceAsync(0);
  sentence.assertExact();
  await test.close();
});

Deno.test("a voice that no member ever had is refused", async () => {
  const test = await TestFleet.create({ members: [{}] });
  const sentence = test.say("Hi.", { voice: "bob" });
  await settle();
  assert(sentence.error instanceof RangeError);
  assertEquals(sentence.error.message, 'no voice is called "bob"; there are one');
  await test.close();
});

Deno.test("a member's voice is not used at another sample rate than the fleet's", async () => {
  const test = await TestFleet.create({
    members: [{ voices: ["one"] }, {
      capabilities: { voices: [voiceNamed("one", 22_050), voiceNamed("two")] },
    }],
  });
  assertEquals(test.eventsOf("voice_refused"), [
    { type: "voice_refused", backend: "b:1", voice: "one", sampleRate: 22_050 },
  ]);
  const sentences = Array.from({ length: 6 }, () => test.say());
  const other = test.say("Hi.", { voice: "two" });
  await test.clock.advanceAsync(0);
  for (const sentence of [...sentences, other]) sentence.assertExact();
  assertEquals(test.members.map(({ requests }) => requests.length), [6, 1]);
  await test.close();
});

Deno.test("capacity follows the members that are in use", async () => {
  const test = await TestFleet.create({
    members: [{ capabilities: { maxConcurrent: 3 } }, { capabilities: { maxConcurrent: 5 } }],
  });
  const told: number[] = [];
  const end = test.fleet.onCapacity((capacity) => void told.push(capacity));
  test.members[1]!.die();
  await settle();
  test.members[1]!.capabilitiesNow = { ...test.members[1]!.capabilitiesNow, maxConcurrent: 9 };
  test.members[1]!.revive();
  await settle();
  test.members[0]!.setHealth("not_serving");
  end();
  test.members[1]!.die();
  await settle();
  assertEquals(told, [3, 12, 9]);
  assertEquals(test.fleet.capacity, 0);
  await test.close();
});

Deno.test("members go up and down, and say why", async () => {
  const test = await TestFleet.create({ members: [{}, {}] });
  const [a] = test.members;
  a!.die();
  a!.revive();
  await settle();
  a!.setHealth("not_serving");
  a!.setHealth("serving");
  await settle();
  test.source.change("b:1");
  await settle();
  const ups = test.events.filter((event) =>
    (event.type === "backend_up" || event.type === "backend_down") && event.backend === "a:1"
  );
  const up = { type: "backend_up", backend: "a:1", engine: "toy", limit: 2 } as const;
  const down = { type: "backend_down", backend: "a:1" } as const;
  assertEquals(ups, [
    up,
    { ...down, reason: "unknown" },
    up,
    { ...down, reason: "not_serving" },
    up,
    { ...down, reason: "removed" },
  ]);
  await test.close();
});

Deno.test("a new address is used, one that is gone only finishes what it has", async () => {
  const test = await TestFleet.create({
    members: [{ paceMs: 50, firstMs: 50 }, { paceMs: 50, firstMs: 50 }],
  });
  test.source.change("a:1");
  await settle();
  assertEquals(test.fleet.stats().map(({ address }) => address), ["a:1"]);
  assertEquals(test.members.map(({ closed }) => closed), [0, 1]);
  const first = test.say();
  await test.clock.advanceAsync(100);
  const next = new ScriptedMember({ clock: test.clock, address: "c:1" });
  (test.members as ScriptedMember[]).push(next);
  test.source.change("c:1");
  const second = test.say();
  await test.clock.advanceAsync(100);
  second.assertExact();
  assertEquals(test.fleet.stats().map(({ address, up }) => [address, up]), [
    ["a:1", false],
    ["c:1", true],
  ]);
  assertEquals([first.isOver, test.members[0]!.closed], [false, 0]);
  await test.clock.advanceAsync(1_000);
  first.assertExact();
  assertEquals([test.members[0]!.closed, test.members[0]!.cancelled], [1, 0]);
  assertEquals(test.fleet.stats().map(({ address }) => address), ["c:1"]);
  await test.close();
});

Deno.test("an address that comes back while it finishes is the same member", async () => {
  const test = await TestFleet.create({ members: [{ paceMs: 50, firstMs: 50 }] });
  const first = test.say();
  await test.clock.advanceAsync(100);
  test.source.change();
  assertEquals(test.fleet.stats()[0]!.up, false);
  // It was restarted in between: what it can do is asked anew.
  test.members[0]!.setHealth("not_serving");
  test.members[0]!.setHealth("serving");
  test.source.change("a:1");
  const second = test.say();
  await test.clock.advanceAsync(2_000);
  first.assertExact();
  second.assertExact();
  assertEquals([test.members[0]!.closed, test.members[0]!.questions], [0, 2]);
  await test.close();
});

Deno.test("a sentence whose member is removed and dies goes on elsewhere", async () => {
  const test = await TestFleet.create({
    members: [{ paceMs: 50, firstMs: 50 }, { paceMs: 50, firstMs: 50 }],
  });
  const sentence = test.say();
  await test.clock.advanceAsync(120);
  test.source.change("b:1");
  test.members[0]!.die();
  await test.clock.advanceAsync(2_000);
  sentence.assertExact();
  assertEquals(test.members[0]!.closed, 1);
  await test.close();
});
