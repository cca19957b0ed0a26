import { assert, assertEquals } from "@std/assert";
import { Harness } from "./harness.ts";

Deno.test("gauges tell the server's numbers as they are when it is scraped", async () => {
  const harness = new Harness({ workers: 4 });
  const read = () =>
    harness.read(
      "synthesis_queue_depth",
      "synthesis_active",
      "workers_active",
      "workers_idle",
      "workers_total",
      "sessions_active",
      "connections_active",
      "send_buffer_bytes",
      "unpaced_sessions_waiting",
      "ready",
    );
  assertEquals(await read(), [0, 0, 0, 4, 4, 0, 0, 0, 0, 1]);
  harness.live = {
    queued: 7,
    workers: 4,
    busyWorkers: 3,
    sessions: 20,
    connections: 21,
    sendBufferBytes: 4_096,
    unpacedWaiting: 5,
    isReady: false,
  };
  assertEquals(await read(), [7, 3, 3, 1, 4, 20, 21, 4_096, 5, 0]);
});

Deno.test("no gauge goes below zero", async () => {
  const harness = new Harness({ workers: 1 });
  harness.live = {
    queued: -1,
    workers: 1,
    busyWorkers: 2,
    sessions: -3,
    connections: NaN,
    sendBufferBytes: -1,
    unpacedWaiting: -1,
    isReady: true,
  };
  assertEquals(
    await harness.read(
      "synthesis_queue_depth",
      "workers_idle",
      "sessions_active",
      "connections_active",
      "send_buffer_bytes",
    ),
    [0, 0, 0, 0, 0],
  );
});

Deno.test("engine threads are told where there are such, and their losses only grow", async () => {
  const harness = new Harness();
  const read = (restarts: number) => {
    const engineThreads = { threads: 3, busy: 2, spares: 1, waiting: 5, restarts };
    harness.live = { ...harness.live, engineThreads };
    return harness.read(
      'engine_threads{state="busy"}',
      'engine_threads{state="idle"}',
      'engine_threads{state="spare"}',
      "engine_threads_waiting",
      "engine_thread_restarts_total",
    );
  };
  assertEquals(await read(2), [2, 1, 1, 5, 2]);
  assertEquals(await read(1), [2, 1, 1, 5, 2]);
  assertEquals(await read(4), [2, 1, 1, 5, 4]);
});

Deno.test("the process tells its memory, its processor time and its start", async () => {
  const harness = new Harness();
  const names = [
    "process_resident_memory_bytes",
    "process_heap_bytes",
    "process_cpu_seconds_total",
    "process_start_time_seconds",
  ];
  const [memory, heap, cpu, start] = await harness.read(...names);
  assert(memory! > heap! && heap! > 1e6, `${memory} ${heap}`);
  assert(cpu! > 0.01 && cpu! < 1e6, `${cpu}`);
  assert(start! > 1.7e9 && start! <= Date.now() / 1000, `${start}`);
  const again = await harness.read(...names);
  assert(again[2]! >= cpu!);
  assertEquals(again[3], start);
});

Deno.test("what is running is told in labels", async () => {
  const { series } = await new Harness().scrape();
  assertEquals(
    series.get('syrinx_build_info{version="1.2.3",deno="2.9.6",engine="scripted"}'),
    1,
  );
});

Deno.test("the event loop's lag is observed", async () => {
  const harness = new Harness();
  harness.loopLag.start();
  harness.clock.advance(1_000);
  harness.loopLag.stop();
  assertEquals(await harness.read("event_loop_lag_seconds_count"), [10]);
  assertEquals(harness.metrics.summary().metrics.event_loop_lag_ms, 0);
});

Deno.test("the cache's numbers are told where there is one, and its store's where it has one", async () => {
  const harness = new Harness();
  const cache = {
    ...{ memoryHits: 6, storeHits: 1, joins: 2, misses: 3, evictions: 4 },
    ...{ bytes: 5_000, sentences: 7 },
  };
  const seriesOf = async () =>
    [...(await harness.scrape()).series].filter(([name]) => name.startsWith("cache_"));
  assertEquals(await seriesOf(), []);
  harness.live = { ...harness.live, cache };
  assertEquals(await seriesOf(), [
    ['cache_hits_total{level="memory"}', 6],
    ['cache_hits_total{level="store"}', 1],
    ["cache_joins_total", 2],
    ["cache_misses_total", 3],
    ["cache_evictions_total", 4],
    ["cache_bytes", 5_000],
    ["cache_sentences", 7],
  ]);
  const errors = { timeout: 1, failed: 2, invalid: 3, skipped: 4, dropped: 5 };
  harness.live = { ...harness.live, cache: { ...cache, store: { up: true, errors } } };
  assertEquals((await seriesOf()).slice(7), [
    ["cache_store_up", 1],
    ['cache_store_errors_total{error="timeout"}', 1],
    ['cache_store_errors_total{error="failed"}', 2],
    ['cache_store_errors_total{error="invalid"}', 3],
    ['cache_store_errors_total{error="skipped"}', 4],
    ['cache_store_errors_total{error="dropped"}', 5],
  ]);
  const { metrics } = harness.metrics.summary();
  assertEquals([metrics.cache_hits, metrics.cache_joins, metrics.cache_misses], [7, 2, 3]);
  assertEquals([metrics.cache_hit_rate, metrics.cache_bytes], [0.75, 5_000]);
});
