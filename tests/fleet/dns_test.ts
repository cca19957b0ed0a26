import { assertEquals } from "@std/assert";
import { until } from "../helpers/server.ts";
import { FleetServer } from "./fleet_server.ts";
import { Reference } from "./reference.ts";
import { textFrom } from "./texts.ts";
import { WorkerProcess } from "./worker_process.ts";

Deno.test("a new address behind a name is used, one that is gone is not", async () => {
  await using reference = await Reference.create();
  await using first = await WorkerProcess.start();
  // Another machine, for the name: the same port at another address.
  await using second = await WorkerProcess.start({ host: "127.0.0.2", port: first.port });
  let addresses = ["127.0.0.1"];
  await using fleet = await FleetServer.start(`dns:///tts.internal:${first.port}`, {
    resolve: () => Promise.resolve(addresses),
    dnsRefreshMs: 500,
  });
  const members = () => fleet.backend.fleet.stats().map(({ address }) => address);
  const spoken = (address: string) =>
    fleet.eventsOf("request_ended").filter(({ backend }) => backend === address).length;
  using listener = await fleet.connect("lead_ms=unpaced");
  await reference.assertHeard(await listener.say(textFrom(0)));
  assertEquals(members(), [first.address]);

  addresses = ["127.0.0.1", "127.0.0.2"];
  const changedAt = performance.now();
  await until(() => fleet.backend.fleet.capacity === 4, "the new worker");
  const usedMs = Math.round(performance.now() - changedAt);
  await reference.assertHeard(await listener.say(textFrom(1)));
  await until(() => spoken(second.address) > 0, "a sentence for the new worker");
  console.log(`in use ${usedMs} ms after it was in DNS, with a refresh of 500 ms`);

  addresses = ["127.0.0.2"];
  await until(() => fleet.backend.fleet.capacity === 2, "the old worker to be left");
  const before = spoken(first.address);
  await reference.assertHeard(await listener.say(textFrom(2)));
  assertEquals(spoken(first.address), before);
  assertEquals(members(), [second.address]);
});
