import { assert, assertEquals } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import { healthRoutes } from "../../src/http/health.ts";
import type { HealthKind, HealthReport } from "../../src/telemetry/health.ts";
import { TestServer, until } from "../helpers/server.ts";

const PATHS = ["/health", "/healthz", "/readiness", "/readyz", "/liveness", "/livez"];

Deno.test("health, readiness and liveness are there under both their names, for all", async () => {
  const keys = { apiKeys: ["a-listener's-long-key"], adminKeys: ["an-admin's-long-key"] };
  await using server = new TestServer({ config: keys });
  for (const path of PATHS) {
    const response = await server.get(path);
    assertEquals(response.status, 200, path);
    assertEquals(response.headers.get("cache-control"), "no-store");
    const { status, uptime_seconds, checks } = await response.json();
    assertEquals(status, "ok", path);
    assert(uptime_seconds >= 0);
    const names = path.startsWith("/live")
      ? ["process"]
      : ["workers", "backend", "draining", "event_loop", "queue"];
    assertEquals(Object.keys(checks), names);
    // deno-lint-ignore no-explicit-any
    for (const check of Object.values<any>(checks)) {
      assertEquals(check.status, "ok");
      assert(check.reason.length > 5);
    }
    const head = await fetch(`http://${server.host}${path}`, { method: "HEAD" });
    assertEquals([head.status, await head.text()], [200, ""]);
  }
});

Deno.test("a server that drains is not ready, but lives", async () => {
  await using server = new TestServer({ script: steadyScript({ audioMs: 60_000 }) });
  const client = await server.connect();
  client.send({ type: "text", text: "A very long story.", final: true });
  await client.next("audio");
  const stopped = server.server.stop(600_000);
  await client.next("draining");
  for (const path of PATHS) {
    const response = await server.get(path);
    const { status, checks } = await response.json();
    if (path.startsWith("/live")) {
      assertEquals([response.status, status], [200, "ok"]);
    } else {
      assertEquals([response.status, status], [503, "unavailable"]);
      assertEquals(checks.draining, { status: "fail", reason: "the server is about to stop" });
      assertEquals(checks.workers, { status: "ok", reason: checks.workers.reason });
    }
  }
  server.server.stop();
  await stopped;
});

Deno.test("the figures are the server's", async () => {
  await using server = new TestServer({
    config: { workers: 1, maxQueueDepth: 1 },
    script: () => [{ waitMs: 60_000 }],
  });
  const client = await server.connect();
  client.send({ type: "text", text: "One.", final: true });
  await until(() => server.server.stats.busyWorkers === 1, "the worker is busy");
  client.send({ type: "text", text: "Two.", final: true });
  await until(() => server.server.stats.queued === 1, "a sentence waits");
  const response = await server.get("/readiness");
  const { status, checks } = await response.json();
  assertEquals([response.status, status], [503, "unavailable"]);
  assertEquals(checks.workers.reason, "1 of 1 workers are busy");
  assertEquals(checks.queue, { status: "fail", reason: "1 of at most 1 sentences wait" });
});

Deno.test("what is degraded still answers 200", async () => {
  const report: HealthReport = { status: "degraded", uptimeS: 1, checks: {} };
  const asked: HealthKind[] = [];
  const routes = healthRoutes({ check: (kind) => (asked.push(kind), report) });
  for (const path of PATHS) {
    const request = new Request(`http://localhost${path}`);
    const response = await routes[path]!(request, {
      url: new URL(request.url),
      peer: "::1",
      params: {},
    });
    assertEquals([response.status, (await response.json()).status], [200, "degraded"]);
  }
  const kinds: HealthKind[] = ["health", "readiness", "liveness"];
  assertEquals(asked, kinds.flatMap((kind) => [kind, kind]));
});
