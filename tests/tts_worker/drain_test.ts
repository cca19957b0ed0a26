import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SERVICE_NAME } from "../../src/grpc/definitions.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { until } from "../helpers/server.ts";
import { requestOf, speak, startTestWorker, statusOf } from "./worker_helpers.ts";

Deno.test("health is told for the server and the service, and no other name is known", async () => {
  await using test = await startTestWorker();
  assertEquals(await test.health.check(""), "SERVING");
  assertEquals(await test.health.check(SERVICE_NAME), "SERVING");
  assertEquals(SERVICE_NAME, "tts.v1.TextToSpeech");
  assertEquals((await statusOf(test.health.check("no.Such"))).code, "NOT_FOUND");
});

Deno.test("a watch tells every change of health", async () => {
  await using test = await startTestWorker();
  const watch = test.health.watch(SERVICE_NAME);
  assertEquals((await watch.next()).value, "SERVING");
  test.worker.setServing(false);
  assertEquals((await watch.next()).value, "NOT_SERVING");
  assertEquals(await test.health.check(""), "NOT_SERVING");
  test.worker.setServing(true);
  assertEquals((await watch.next()).value, "SERVING");
  const stopped = test.worker.stop(200);
  assertEquals((await watch.next()).value, "NOT_SERVING");
  assert((await statusOf(watch.next())).code !== "OK", "the watch ends with the worker");
  await stopped;
});

Deno.test("a worker that stops takes nothing new and finishes what it has begun", async () => {
  const clock = new FakeClock();
  await using test = await startTestWorker({
    clock,
    script: () => [{ audioMs: 10 }, { waitMs: 1_000 }, { audioMs: 10 }],
  });
  const stream = test.client.synthesize(requestOf());
  await stream.next();
  const stopped = test.worker.stop();
  assertEquals(await test.health.check(""), "NOT_SERVING");
  test.worker.setServing(true);
  assertEquals(await test.health.check(""), "NOT_SERVING");
  const { code, details } = await statusOf(speak(test.client));
  assertEquals({ code, details }, { code: "UNAVAILABLE", details: "the worker is stopping" });
  clock.advance(1_000);
  assertEquals((await stream.next()).value?.content.case, "audio");
  assertEquals((await stream.next()).value?.content.case, "totals");
  assertEquals(await stream.next(), { done: true, value: undefined });
  await stopped;
  assertEquals(test.backend.counts.finished, 1);
  assertEquals((await statusOf(speak(test.client))).code, "UNAVAILABLE");
});

Deno.test("calls that do not finish in time end as UNAVAILABLE", async () => {
  await using test = await startTestWorker({ script: () => [{ audioMs: 10 }, { stall: true }] });
  const stream = test.client.synthesize(requestOf());
  await stream.next();
  const stopped = test.worker.stop(200);
  const { code, details } = await statusOf(stream.next());
  assertEquals({ code, details }, { code: "UNAVAILABLE", details: "the worker has stopped" });
  await stopped;
  assertEquals(test.backend.counts.cancelled, 1);
  assertEquals(test.worker.stats, { ...test.worker.stats, open: 0, active: 0 });
});

Deno.test("a second stop hurries the first", async () => {
  await using test = await startTestWorker({ script: () => [{ audioMs: 10 }, { stall: true }] });
  const stream = test.client.synthesize(requestOf());
  await stream.next();
  const ended = statusOf(stream.next());
  const stopped = test.worker.stop(3_600_000);
  const again = test.worker.stop();
  assertEquals((await ended).code, "UNAVAILABLE");
  await stopped;
  await again;
});

Deno.test("refusals, and what runs, are among the metrics", async () => {
  await using test = await startTestWorker({
    worker: { threadStats: () => ({ threads: 3, busy: 1, spares: 1, waiting: 2, restarts: 4 }) },
    script: () => [{ audioMs: 500 }, { stall: true }],
  });
  await statusOf(speak(test.client, { text: "" }));
  const stream = test.client.synthesize(requestOf({ text: "hello" }));
  await stream.next();
  const text = await test.worker.metrics();
  for (
    const line of [
      'tts_worker_refused_total{code="INVALID_ARGUMENT"} 1',
      'tts_worker_refused_total{code="RESOURCE_EXHAUSTED"} 0',
      "tts_worker_first_audio_seconds_count 1",
      "tts_worker_syntheses_active 1",
      "tts_worker_calls_open 1",
      "tts_worker_max_concurrent_syntheses 4",
      'tts_worker_engine_threads{state="busy"} 1',
      'tts_worker_engine_threads{state="idle"} 2',
      'tts_worker_engine_threads{state="spare"} 1',
      "tts_worker_engine_threads_waiting 2",
      "tts_worker_engine_thread_restarts_total 4",
      'tts_worker_info{engine="scripted"} 1',
    ]
  ) assertStringIncludes(text, `${line}\n`);
  for (const name of ["process_resident_memory_bytes", "tts_worker_busy_seconds_total"]) {
    assert(Number(new RegExp(`^${name} (.+)$`, "m").exec(text)?.[1]) > 0, name);
  }
  await stream.return();
  await until(() => test.worker.stats.open === 0, "the call is over");
  const after = await test.worker.metrics();
  assertStringIncludes(after, "tts_worker_audio_seconds_total 0.5\n");
  assertStringIncludes(after, "tts_worker_characters_total 5\n");
});
