import { assertEquals } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import { Connections, type Guest } from "../../src/http/connections.ts";
import type { Visitor } from "../../src/http/gate.ts";
import type { Session } from "../../src/speech/session.ts";
import { Core, type TestClient } from "../helpers/core.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

/** A connection with one session; it is left out of the set when it goes, as real ones are. */
class TestGuest implements Guest {
  readonly client: TestClient;
  readonly bufferedBytes = 0;
  isDismissed = false;

  constructor(client: TestClient) {
    this.client = client;
  }

  get sessions(): readonly Session[] {
    return this.client.session.isEnded ? [] : [this.client.session];
  }

  dismiss(): void {
    this.isDismissed = true;
  }
}

/** A guest that only takes a place. */
function placeholder(): Guest {
  return { sessions: [], bufferedBytes: 0, dismiss() {} };
}

/** Who comes for a tenant. */
function visitorOf(id: string, weight = 1): Visitor {
  const address = "192.0.2.1";
  return { id, weight, maxSessions: undefined, address, hasKey: true };
}

function roomFor(limit: number) {
  return new Connections({ clock: new FakeClock(), limit, maxConnectionMs: null, goodbyeMs: 0 });
}

/** Lets as many come of a tenant as leave room for others. Returns how many it has then. */
function fill(connections: Connections, visitor: Visitor | undefined): number {
  let places = 0;
  while (!connections.isFull && connections.leavesRoom(visitor)) {
    connections.add(placeholder(), visitor);
    places++;
  }
  return places;
}

function stage({ maxConnectionMs = 60_000, drainTakesNew = true } = {}) {
  const core = new Core({ script: steadyScript({ audioMs: 10_000 }), drainTakesNew });
  const { clock } = core;
  const connections = new Connections({ clock, limit: 10, maxConnectionMs, goodbyeMs: 5_000 });
  const guest = new TestGuest(core.connect({ lead: 200 }));
  connections.add(guest, undefined);
  return { core, clock, connections, guest, client: guest.client };
}

Deno.test("a connection that is there for long is asked to go, and may finish what it says", async () => {
  const { core, clock, guest, client } = stage();
  await clock.advanceAsync(52_000);
  client.send({ type: "text", text: "Ten seconds of it.", final: true });
  await clock.advanceAsync(8_000);
  const asked = client.events.at(-1);
  assertEquals([asked, guest.isDismissed], [{ type: "draining", deadlineMs: 5_000 }, true]);
  assertEquals(client.end, undefined);
  await clock.advanceAsync(3_000);
  assertEquals(client.end, "drained");
  assertEquals(core.factsOf("utterance_ended")[0]?.outcome, "completed");
  await core.stop();
});

Deno.test("one that does not finish in time is cut", async () => {
  const { core, clock, client } = stage();
  await clock.advanceAsync(59_000);
  client.send({ type: "text", text: "Ten seconds of it.", final: true });
  await clock.advanceAsync(6_000);
  assertEquals(client.end, "drained");
  assertEquals(core.factsOf("utterance_ended")[0]?.outcome, "interrupted");
  await core.stop();
});

Deno.test("a silent one goes at once, and one that has left is not asked", async () => {
  const { core, clock, connections, guest, client } = stage();
  const other = new TestGuest(core.connect());
  connections.add(other, undefined);
  connections.remove(other);
  await clock.advanceAsync(60_000);
  assertEquals([client.end, guest.isDismissed, other.isDismissed], ["drained", true, false]);
  connections.remove(guest);
  assertEquals(connections.count, 0);
  await core.stop();
});

Deno.test("a session that opens on a connection that is to go is asked at once", async () => {
  const { core, clock, connections, guest } = stage();
  await clock.advanceAsync(61_000);
  const late = core.connect();
  connections.admit(guest, late.session);
  assertEquals(late.events[0], { type: "draining", deadlineMs: 4_000 });
  await core.stop();
});

Deno.test("while it is asked to go, a session takes new utterances if it is set so", async () => {
  for (const drainTakesNew of [true, false]) {
    const { core, clock, client } = stage({ drainTakesNew });
    await clock.advanceAsync(59_000);
    client.send({ type: "text", text: "Begun ", utteranceId: "old", final: false });
    await clock.advanceAsync(1_000);
    client.send({ type: "text", text: "and ended.", utteranceId: "old", final: true });
    assertEquals(client.events.some((event) => event.type === "error"), false);
    client.send({ type: "text", text: "Another.", utteranceId: "new", final: true });
    const error = client.events.find((event) => event.type === "error");
    assertEquals(
      error?.type === "error" ? error.problem : undefined,
      drainTakesNew ? undefined : {
        code: "overloaded",
        message: "the server is about to stop and takes no new utterances",
        field: "utterance_id",
      },
    );
    await core.stop();
  }
});

Deno.test("a tenant alone leaves a fifth of the places, of which each that comes leaves some", () => {
  const connections = roomFor(1_000);
  const places = ["a", "b", "c"].map((id) => fill(connections, visitorOf(id)));
  assertEquals(places, [800, 160, 32]);
  assertEquals(connections.leavesRoom(visitorOf("d")), true);
});

Deno.test("who holds more than there is room for by now gets no more until places are free", () => {
  const connections = roomFor(20);
  const guests = Array.from({ length: 16 }, placeholder);
  for (const guest of guests) connections.add(guest, visitorOf("a"));
  assertEquals(fill(connections, visitorOf("b")), 3);
  for (const guest of guests.slice(0, 4)) connections.remove(guest);
  assertEquals(connections.leavesRoom(visitorOf("a")), true);
  assertEquals([fill(connections, visitorOf("b")), fill(connections, visitorOf("a"))], [4, 0]);
});

Deno.test("as sessions come and go, twice the weight comes to hold twice the places", () => {
  const connections = roomFor(1_000);
  const tenants = [visitorOf("light", 1), visitorOf("heavy", 2)].map((visitor) => ({
    visitor,
    guests: [] as Guest[],
  }));
  const come = () => {
    for (const { visitor, guests } of tenants) {
      if (!connections.leavesRoom(visitor)) continue;
      const guest = placeholder();
      guests.push(guest);
      connections.add(guest, visitor);
    }
  };
  for (let count = 0; count < 1_000; count++) come();
  for (let count = 0; count < 1_000; count++) {
    for (const { guests } of tenants) connections.remove(guests.shift()!);
    for (let attempt = 0; attempt < 3; attempt++) come();
  }
  // 8/3 and 16/3 of what is free.
  const [light, heavy] = tenants.map(({ guests }) => guests.length) as [number, number];
  assertEquals([Math.round(light / 10), Math.round(heavy / 10)], [30, 59]);
});

Deno.test("the last place is for a tenant that has none, however few there are and whatever weighs", () => {
  for (const [limit, weight] of [[2, 1], [4, 1], [20, 100], [1_000, 100]] as const) {
    const connections = roomFor(limit);
    connections.add(placeholder(), visitorOf("light"));
    fill(connections, visitorOf("heavy", weight));
    assertEquals(connections.isFull, limit === 2);
    assertEquals(connections.leavesRoom(visitorOf("other")), limit > 2);
  }
});

Deno.test("who has shown no key leaves room as well, and has its place when it shows one", () => {
  const connections = roomFor(20);
  assertEquals(fill(connections, undefined), 16);
  const late = placeholder();
  connections.add(late, undefined);
  assertEquals(fill(connections, visitorOf("a")), 2);
  connections.add(placeholder(), visitorOf("b"));
  assertEquals([connections.isFull, connections.leavesRoom(visitorOf("c"))], [true, false]);
  assertEquals(connections.leavesRoom(visitorOf("c"), true), true);
  assertEquals(connections.leavesRoom(visitorOf("a"), true), false);
  connections.claim(late, visitorOf("c"));
  assertEquals(connections.countOf(visitorOf("c")), { tenant: 1, address: 4 });
  connections.remove(late);
  assertEquals(connections.countOf(visitorOf("c")), { tenant: 0, address: 3 });
});
