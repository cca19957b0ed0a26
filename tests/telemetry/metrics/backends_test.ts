import { assertEquals } from "@std/assert";
import type { BackendFigures } from "../../../src/telemetry/metrics/backend_recorder.ts";
import { Harness } from "./harness.ts";

function backend(address: string, figures: Partial<BackendFigures> = {}): BackendFigures {
  return { address, up: true, outstanding: 0, limit: 4, breaker: "closed", ...figures };
}

function fleetOf(...backends: BackendFigures[]): Harness {
  const harness = new Harness();
  harness.live = { ...harness.live, fleet: { backends, waiting: 3 } };
  return harness;
}

Deno.test("each backend's state is told, and what happened on it", async () => {
  const harness = fleetOf(
    backend("a:1", { outstanding: 2 }),
    backend("b:1", { up: false, breaker: "open" }),
  );
  const { recordBackend } = harness.metrics;
  recordBackend({ type: "request_ended", backend: "a:1", code: "ok", firstChunkMs: 20 });
  recordBackend({ type: "request_ended", backend: "a:1", code: "ok", firstChunkMs: 40 });
  recordBackend({ type: "request_ended", backend: "b:1", code: "unavailable" });
  recordBackend({
    type: "failover",
    phase: "mid_sentence",
    from: "b:1",
    to: "a:1",
    code: "unavailable",
  });
  recordBackend({ type: "joined", kind: "exact", backend: "a:1" });
  recordBackend({ type: "hedge_ended", won: true });
  recordBackend({ type: "retry_denied", kind: "hedge" });
  const expected = {
    'backend_up{backend="a:1"}': 1,
    'backend_up{backend="b:1"}': 0,
    'backend_outstanding{backend="a:1"}': 2,
    'backend_limit{backend="b:1"}': 4,
    'backend_breaker_state{backend="a:1"}': 0,
    'backend_breaker_state{backend="b:1"}': 2,
    backend_waiting: 3,
    'backend_requests_total{backend="a:1",code="ok"}': 2,
    'backend_requests_total{backend="b:1",code="unavailable"}': 1,
    'backend_first_chunk_seconds_count{backend="a:1"}': 2,
    'backend_first_chunk_seconds_sum{backend="a:1"}': 0.06,
    'backend_failovers_total{phase="mid_sentence"}': 1,
    'backend_failovers_total{phase="before_first_chunk"}': 0,
    'backend_joins_total{kind="exact"}': 1,
    'backend_hedges_total{won="true"}': 1,
    'backend_retries_denied_total{kind="hedge"}': 1,
  };
  const values = await harness.read(...Object.keys(expected));
  assertEquals(values, Object.values(expected));
});

Deno.test("a backend that has left the fleet leaves no series behind", async () => {
  const harness = fleetOf(backend("a:1"), backend("b:1"));
  const { recordBackend } = harness.metrics;
  recordBackend({ type: "request_ended", backend: "b:1", code: "ok", firstChunkMs: 20 });
  await harness.scrape();
  harness.live = { ...harness.live, fleet: { backends: [backend("a:1")], waiting: 0 } };
  const { series } = await harness.scrape();
  assertEquals([...series.keys()].filter((name) => name.includes("b:1")), []);
  assertEquals(series.get('backend_up{backend="a:1"}'), 1);
});
