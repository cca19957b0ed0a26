import { assert, assertEquals } from "@std/assert";
import {
  type BackendHealth,
  Health,
  type HealthFigures,
  type HealthOptions,
} from "../../src/telemetry/health.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

const WELL: HealthFigures = {
  workers: 4,
  busyWorkers: 1,
  queued: 3,
  maxQueueDepth: 1_000,
  isDraining: false,
  loopLagMs: 2.4,
};

function healthOf(figures: Partial<HealthFigures> = {}, options: Partial<HealthOptions> = {}) {
  return new Health({
    clock: new FakeClock(),
    figures: () => ({ ...WELL, ...figures }),
    ...options,
  });
}

/** The checks that fail, with their reasons. */
function failures(health: Health): Record<string, string> {
  const failed = Object.entries(health.check("readiness").checks)
    .filter(([, check]) => check.status === "fail");
  return Object.fromEntries(failed.map(([name, check]) => [name, check.reason]));
}

Deno.test("a server that is well says why it thinks so", () => {
  const clock = new FakeClock();
  const health = healthOf({}, { clock });
  clock.advance(12_500);
  const report = health.check("health");
  assertEquals(report, {
    status: "ok",
    uptimeS: 12.5,
    checks: {
      workers: { status: "ok", reason: "1 of 4 workers are busy" },
      backend: { status: "ok", reason: "it runs in this process" },
      draining: { status: "ok", reason: "sessions are taken" },
      event_loop: { status: "ok", reason: "it was 2 ms late; 1000 ms is too much" },
      queue: { status: "ok", reason: "3 of at most 1000 sentences wait" },
    },
  });
  assertEquals(health.check("readiness"), report);
});

Deno.test("each part that does not work makes the server unavailable, and is named", () => {
  const threads = { threads: 0, wanted: 2, spares: 0, restarts: 5 };
  const gone: BackendHealth = { ok: false, reason: "tts-1:50051 does not answer" };
  const cases: [Health, Record<string, string>][] = [
    [healthOf({ workers: 0 }), { workers: "no worker runs" }],
    [healthOf({ isDraining: true }), { draining: "the server is about to stop" }],
    [healthOf({ loopLagMs: 1_000 }), { event_loop: "it was 1000 ms late; 1000 ms is too much" }],
    [
      healthOf({ loopLagMs: 50 }, { maxLoopLagMs: 40 }),
      { event_loop: "it was 50 ms late; 40 ms is too much" },
    ],
    [
      healthOf({ queued: 10, maxQueueDepth: 10 }),
      { queue: "10 of at most 10 sentences wait" },
    ],
    [healthOf({}, { backendHealth: () => gone }), { backend: gone.reason }],
    [healthOf({ threads }), {
      workers: "0 of 2 engine threads are ready, and 0 spare; 1 of 4 workers are busy",
      backend: "no thread of the engine is alive; 5 lost since the start",
    }],
  ];
  for (const [health, expected] of cases) {
    assertEquals(failures(health), expected);
    assertEquals(health.check("health").status, "unavailable");
  }
});

Deno.test("a thread that is missing degrades the server, which still serves", () => {
  const threads = { threads: 1, wanted: 2, spares: 0, restarts: 1 };
  const health = healthOf({ threads });
  assertEquals(health.check("readiness").status, "degraded");
  assertEquals(failures(health), {
    workers: "1 of 2 engine threads are ready, and 0 spare; 1 of 4 workers are busy",
  });
  const both = healthOf({ threads, queued: 1_000 });
  assertEquals(both.check("readiness").status, "unavailable");
});

Deno.test("a backend that is watched is believed, whatever the threads do", () => {
  const alive: BackendHealth = { ok: true, reason: "2 of 3 addresses are ready" };
  const health = healthOf({}, { backendHealth: () => alive });
  assertEquals(health.check("health").checks.backend, { status: "ok", reason: alive.reason });
});

Deno.test("the figures are those of the moment", () => {
  let isDraining = false;
  const health = new Health({ clock: new FakeClock(), figures: () => ({ ...WELL, isDraining }) });
  assertEquals(health.check("readiness").status, "ok");
  isDraining = true;
  assertEquals(health.check("readiness").status, "unavailable");
});

Deno.test("a server lives while it answers, whatever else is wrong", () => {
  const clock = new FakeClock();
  const health = healthOf({ workers: 0, isDraining: true, loopLagMs: 99_999 }, { clock });
  clock.advance(61_900);
  const { status, checks } = health.check("liveness");
  assertEquals(status, "ok");
  assertEquals(checks, { process: { status: "ok", reason: "it answers, 61 s after its start" } });
  assert(!("queue" in checks));
});
