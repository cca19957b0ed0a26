import { assert, assertEquals, assertRejects } from "@std/assert";
import { FakeClock } from "../helpers/fake_clock.ts";
import { until } from "../helpers/server.ts";
import { requestOf, speak, startTestWorker, statusOf, type TestWorker } from "./worker_helpers.ts";

/** Begins a call, waits for its first audio, and cancels it. */
async function cancelAfterFirst({ client }: TestWorker): Promise<void> {
  const stream = client.synthesize(requestOf());
  await stream.next();
  await stream.return();
}

/** A value of a metric without labels, or with just these. */
async function metric(test: TestWorker, name: string): Promise<number> {
  const line = (await test.worker.metrics()).split("\n").find((line) =>
    line.startsWith(`${name} `)
  );
  return Number(line?.split(" ")[1]);
}

Deno.test("cancelling a call stops the backend, and leaves nothing open", async () => {
  await using test = await startTestWorker({ script: () => [{ audioMs: 10 }, { stall: true }] });
  const controller = new AbortController();
  const stream = test.client.synthesize(requestOf(), { signal: controller.signal });
  assertEquals((await stream.next()).value?.content.case, "audio");
  assertEquals([test.worker.stats.open, test.worker.stats.active], [1, 1]);
  controller.abort(new Error("enough"));
  await assertRejects(() => stream.next(), Error, "enough");
  await until(() => test.worker.stats.open === 0, "no call is open");
  assertEquals(test.worker.stats.active, 0);
  assertEquals(test.backend.counts.cancelled, 1);
  assertEquals(await metric(test, 'tts_worker_syntheses_total{outcome="cancelled"}'), 1);
  assertEquals(await metric(test, "tts_worker_cancel_latency_seconds_count"), 1);
});

Deno.test("a synthesis that has ended well is not counted as cancelled", async () => {
  await using test = await startTestWorker();
  await speak(test.client);
  await until(() => test.worker.stats.open === 0, "the call is over");
  assertEquals(await metric(test, 'tts_worker_syntheses_total{outcome="completed"}'), 1);
  assertEquals(await metric(test, 'tts_worker_syntheses_total{outcome="cancelled"}'), 0);
  assertEquals(await metric(test, "tts_worker_cancel_latency_seconds_count"), 0);
});

Deno.test("a deadline that passes stops the backend, before and after the first audio", async () => {
  for (const script of [() => [{ stall: true }], () => [{ audioMs: 10 }, { stall: true }]]) {
    await using test = await startTestWorker({ script: script as () => [{ stall: true }] });
    const { code } = await statusOf(speak(test.client, {}, { deadline: Date.now() + 1_000 }));
    assertEquals(code, "DEADLINE_EXCEEDED");
    await until(() => test.worker.stats.open === 0, "no call is open");
    assertEquals(test.backend.counts.cancelled, 1);
    const outcome = test.events.flatMap((e) => e.type === "synthesis_ended" ? [e.outcome] : []);
    assertEquals(outcome, ["deadline_exceeded"]);
  }
});

Deno.test("a client that goes away stops the backend", async () => {
  await using test = await startTestWorker({ script: () => [{ audioMs: 10 }, { stall: true }] });
  const module = new URL("./vanishing_client.ts", import.meta.url);
  const client = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", module.href, test.target],
    stdout: "piped",
  }).spawn();
  const { value } = await client.stdout.getReader().read();
  assert(value !== undefined, "the client has audio");
  assertEquals(test.worker.stats.active, 1);
  client.kill("SIGKILL");
  await client.status;
  await until(() => test.worker.stats.open === 0, "the call is over", 15_000);
  assertEquals(test.backend.counts.cancelled, 1);
});

Deno.test("a client that pings all the time is served", async () => {
  const clock = new FakeClock();
  await using test = await startTestWorker({
    clock,
    script: () => [{ audioMs: 10 }, { waitMs: 1_000 }, { audioMs: 10 }],
    channel: {
      "grpc.keepalive_time_ms": 2,
      "grpc.keepalive_timeout_ms": 10_000,
      "grpc.keepalive_permit_without_calls": 1,
    },
  });
  const stream = test.client.synthesize(requestOf());
  await stream.next();
  // Over a hundred pings; a server that minds them gives up after two or three.
  await new Promise((resolve) => setTimeout(resolve, 500));
  clock.advance(1_000);
  assertEquals((await stream.next()).value?.content.case, "audio");
  assertEquals((await stream.next()).value?.content.case, "totals");
});

Deno.test("a slot is taken until a backend that is slow to stop has stopped", async () => {
  await using test = await startTestWorker({
    worker: { maxConcurrentSyntheses: 1 },
    script: () => [{ audioMs: 10 }, { ignoreCancellation: true }, { waitMs: 300 }, { audioMs: 10 }],
  });
  await cancelAfterFirst(test);
  await until(() => test.worker.stats.open === 0, "the call is over");
  assertEquals(test.worker.stats.active, 1);
  assertEquals((await statusOf(speak(test.client))).code, "RESOURCE_EXHAUSTED");
  await until(() => test.worker.stats.active === 0, "the backend has stopped");
});

Deno.test("200 calls cancelled at any moment leave nothing open", async () => {
  await using test = await startTestWorker({
    worker: { maxConcurrentSyntheses: 1000 },
    script: () => [{ waitMs: 1 }, { audioMs: 20 }, { waitMs: 1 }, { audioMs: 20 }, { stall: true }],
  });
  // A connection there is already, so that the first ones do not all wait for it.
  await cancelAfterFirst(test);
  for (let round = 0; round < 20; round++) {
    await Promise.all(Array.from({ length: 10 }, async (_, index) => {
      const controller = new AbortController();
      const ended = statusOf(speak(test.client, {}, { signal: controller.signal }));
      // Some before their request is sent, some between, some with audio.
      for (let turn = 0; turn < index % 5; turn++) await undefined;
      if (index >= 5) await new Promise((resolve) => setTimeout(resolve, round));
      controller.abort();
      await ended;
    }));
  }
  // What was sent before its answer has come to the worker.
  await test.client.getCapabilities();
  await until(() => test.worker.stats.open === 0, "no call is open");
  await until(() => test.backend.counts.active === 0, "no synthesis runs");
  assert(test.backend.counts.started > 0, "some were begun");
  assertEquals(await metric(test, "tts_worker_calls_open"), 0);
  assertEquals(await metric(test, "tts_worker_syntheses_active"), 0);
});

Deno.test("calls read to the end or cancelled at their end leave nothing open", async () => {
  await using test = await startTestWorker({ worker: { maxConcurrentSyntheses: 1000 } });
  for (let round = 0; round < 20; round++) {
    await Promise.all(Array.from({ length: 50 }, (_, index) => {
      const controller = new AbortController();
      if (index % 2 === 0) setTimeout(() => controller.abort(), index % 7);
      return statusOf(speak(test.client, {}, { signal: controller.signal }));
    }));
  }
  await until(() => test.worker.stats.open === 0, "no call is open");
  assertEquals(test.worker.stats.active, 0);
});

Deno.test("3,000 cancellations by a client disturb none of its other calls", async () => {
  const clock = new FakeClock();
  await using test = await startTestWorker({
    clock,
    worker: { maxConcurrentSyntheses: 1000 },
    script: ({ text }) =>
      text === "long"
        ? [{ audioMs: 20 }, { waitMs: 1_000 }, { audioMs: 5_000 }]
        : [{ audioMs: 20 }, {
          stall: true,
        }],
  });
  const longs: ReturnType<typeof speak>[] = [];
  for (let index = 0; index < 3_000; index++) {
    // Calls that live through the resets: from the start, and from among them.
    if (index % 1_000 === 0) {
      longs.push(speak(test.client, { text: "long" }));
      await until(() => clock.pending === longs.length, "it has begun");
    }
    await cancelAfterFirst(test);
  }
  await until(() => test.worker.stats.open === longs.length, "only the long calls are open");
  assertEquals(test.backend.counts.cancelled, 3_000);
  clock.advance(1_000);
  for (const { totals, samples } of await Promise.all(longs)) {
    assertEquals(totals?.samples, 5_020 * 16);
    assertEquals(samples.length, 5_020 * 16);
  }
});
