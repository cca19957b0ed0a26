/**
 * Listeners of a server whose TTS workers are real processes, and die.
 */

import { assert, assertEquals } from "@std/assert";
import { listen } from "./crowd.ts";
import { FleetServer } from "./fleet_server.ts";
import { until } from "../helpers/server.ts";
import { Reference } from "./reference.ts";
import { report } from "./report.ts";
import { WorkerPark } from "./worker_park.ts";

/**
 * How long workers are killed, in s: 60 with `FLEET_TEST_SECONDS=60`. In 10 s each of the three is
 * killed, and some once more after they came back.
 */
const SECONDS = Number(Deno.env.get("FLEET_TEST_SECONDS") ?? 10);

Deno.test("50 sessions lose nothing to a kill -9 every 2 s", async () => {
  await using reference = await Reference.create();
  await using park = await WorkerPark.start(3);
  await using fleet = await FleetServer.start(park.addresses);
  const over = AbortSignal.timeout(SECONDS * 1_000);
  const hearing = listen(fleet, { listeners: 46, readers: 4, over });
  while (!over.aborted) {
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await park.killNext(3_000);
  }
  const heard = await hearing;
  report(fleet, heard, `${park.kills} kills`);
  await reference.assertAllHeard(heard);
  assert(park.kills >= SECONDS / 2 - 1, `${park.kills} kills`);
  assert(fleet.eventsOf("failover").length > 0, "no sentence was on a worker that was killed");
  assertEquals(fleet.eventsOf("joined").filter(({ kind }) => kind !== "exact"), []);
  assertEquals(fleet.backend.fleet.stats().map(({ outstanding }) => outstanding), [0, 0, 0]);
});

Deno.test("when all workers are down for 5 s, listeners wait and nothing is lost", async () => {
  await using reference = await Reference.create();
  await using park = await WorkerPark.start(2);
  await using fleet = await FleetServer.start(park.addresses);
  const isUp = () => fleet.backend.fleet.stats().filter(({ up }) => up).length === 2;
  const over = new AbortController();
  const hearing = listen(fleet, { listeners: 16, readers: 2, over: over.signal });
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await park.killAll(5_000);
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  assertEquals(fleet.backend.fleet.stats().filter(({ up }) => up), []);
  const startedAt = performance.now() + 1_000;
  await until(isUp, "the workers to be back", 30_000);
  const backMs = Math.round(performance.now() - startedAt);
  over.abort();
  const heard = await hearing;
  report(fleet, heard, `up ${backMs} ms after the start of the processes`);
  await reference.assertAllHeard(heard);
});
