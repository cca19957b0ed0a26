import { assertEquals } from "@std/assert";
import { until } from "../helpers/server.ts";
import { listen } from "./crowd.ts";
import { FleetServer } from "./fleet_server.ts";
import { Reference } from "./reference.ts";
import { report } from "./report.ts";
import { WorkerPark } from "./worker_park.ts";

Deno.test("a worker that freezes in the middle of its work is found out and replaced", async () => {
  await using reference = await Reference.create();
  await using park = await WorkerPark.start(3);
  await using fleet = await FleetServer.start(park.addresses);
  const over = new AbortController();
  const hearing = listen(fleet, { listeners: 12, readers: 3, over: over.signal });
  const worker = park.workers[0]!;
  const stats = () =>
    fleet.backend.fleet.stats().find(({ address }) => address === worker.address)!;
  await until(() => stats().outstanding === 2, "it to be busy");
  worker.freeze();
  const frozenAt = performance.now();
  await until(() => !stats().up, "it to be found out");
  const foundMs = Math.round(performance.now() - frozenAt);
  await until(() => stats().outstanding === 0, "its sentences to be taken from it");
  const takenMs = Math.round(performance.now() - frozenAt);
  worker.thaw();
  await until(() => stats().up, "it to be back");
  await until(() => stats().outstanding > 0, "it to be used again");
  over.abort();
  const heard = await hearing;
  report(fleet, heard, `found out after ${foundMs} ms, replaced after ${takenMs} ms`);
  await reference.assertAllHeard(heard);
  assertEquals(fleet.eventsOf("joined").filter(({ kind }) => kind !== "exact"), []);
});
