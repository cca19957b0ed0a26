import { assert, assertEquals } from "@std/assert";
import { until } from "../helpers/server.ts";
import { FleetServer } from "./fleet_server.ts";
import { longSentence } from "./texts.ts";
import { WorkerPark } from "./worker_park.ts";
import { WorkerProcess } from "./worker_process.ts";

/** Rounds of {@linkcode SESSIONS} barge-ins each. */
const ROUNDS = 50;
const SESSIONS = 20;

/** The value of a metric of the worker. */
async function metric(worker: WorkerProcess, name: string): Promise<number> {
  return (await worker.metrics()).get(name) ?? 0;
}

Deno.test("a barge-in stops the remote engine", async () => {
  await using worker = await WorkerProcess.start();
  await using fleet = await FleetServer.start(worker.address);
  using listener = await fleet.connect();
  const stopMs: number[] = [];
  for (let round = 0; round < 10; round++) {
    const utterance = listener.begin(longSentence(round));
    await until(() => fleet.backend.fleet.stats()[0]!.outstanding === 1, "the synthesis");
    await new Promise((resolve) => setTimeout(resolve, 20 * round));
    const at = performance.now();
    const answer = listener.bargeIn();
    // By the worker's own word, each question a round trip.
    while (await metric(worker, "tts_worker_syntheses_active") > 0) {
      assert(performance.now() - at < 10_000, "the worker does not stop");
    }
    stopMs.push(performance.now() - at);
    await answer;
    assertEquals((await utterance.done).outcome, "interrupted");
  }
  const [count, sumS] = [
    await metric(worker, "tts_worker_cancel_latency_seconds_count"),
    await metric(worker, "tts_worker_cancel_latency_seconds_sum"),
  ];
  const [median, longest] = [stopMs.toSorted((a, b) => a - b)[5]!, Math.max(...stopMs)];
  console.log([
    `from the barge-in's sending to a worker without a synthesis: median ${median.toFixed(1)} ms`,
    `longest ${longest.toFixed(1)} ms`,
    `by its own clock ${(sumS / count * 1000).toFixed(1)} ms each of ${count}`,
  ].join(", "));
  assert(count > 0, "no synthesis was interrupted");
});

Deno.test("1,000 barge-ins leave no call open", async () => {
  await using park = await WorkerPark.start(2, { maxConcurrent: 8 });
  await using fleet = await FleetServer.start(park.addresses);
  const rounds = async (index: number) => {
    using listener = await fleet.connect(index % 2 === 0 ? "lead_ms=unpaced" : "");
    for (let round = 0; round < ROUNDS; round++) {
      const utterance = listener.begin(longSentence(round));
      // Some in the queue, some on the wire, some with audio.
      if (round % 3 > 0) await new Promise((resolve) => setTimeout(resolve, (index + round) % 40));
      await listener.bargeIn();
      await utterance.done;
    }
  };
  await Promise.all(Array.from({ length: SESSIONS }, (_, index) => rounds(index)));
  await until(() => fleet.server.stats.busyWorkers === 0, "the server's workers to be free");
  const { fleet: members } = fleet.backend;
  assertEquals([members.waiting, ...members.stats().map(({ outstanding }) => outstanding)], [
    0,
    0,
    0,
  ]);
  let cancelled = 0;
  for (const worker of park.workers) {
    const open = async () =>
      await metric(worker, "tts_worker_calls_open") +
      await metric(worker, "tts_worker_syntheses_active");
    const deadline = performance.now() + 10_000;
    while (await open() > 0) assert(performance.now() < deadline, "calls are left open");
    cancelled += await metric(worker, 'tts_worker_syntheses_total{outcome="cancelled"}');
  }
  const bargeIns = fleet.facts.filter(({ type }) => type === "barge_in").length;
  console.log(`${bargeIns} barge-ins, ${cancelled} syntheses of the workers cancelled`);
  assertEquals(bargeIns, ROUNDS * SESSIONS);
  assert(cancelled > 0, "no synthesis was interrupted");
});
