import { assertEquals } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import { Connections, type Guest } from "../../src/http/connections.ts";
import type { Session } from "../../src/speech/session.ts";
import { Core, type TestClient } from "../helpers/core.ts";

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

/** So many places that a tenant takes, and no more than leaves room for others. */
function take(core: Core, connections: Connections, id: string, weight = 1): number {
  const tenant = { id, weight };
  let taken = 0;
  for (; !connections.isFull && connections.leavesRoom(tenant); taken++) {
    const visitor = { ...tenant, address: "192.0.2.1", hasKey: true, maxSessions: undefined };
    connections.add(new TestGuest(core.connect()), visitor);
  }
  return taken;
}

Deno.test("whoever comes finds room, however many a tenant wants to have", async () => {
  const core = new Core();
  const { clock } = core;
  const options = { clock, limit: 1_000, maxConnectionMs: null, goodbyeMs: 5_000 };
  const connections = new Connections(options);
  const taken = ["a", "b", "c", "d"].map((id) => take(core, connections, id));
  assertEquals(taken, [800, 160, 32, 7]);
  assertEquals(take(core, new Connections(options), "heavy", 6), 960);
  await core.stop();
});
