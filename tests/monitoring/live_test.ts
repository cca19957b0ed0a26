/** A real Prometheus reads real servers; every expression must have something to say. */

import { assert, assertEquals } from "@std/assert";
import { createEmbeddedBackend } from "../../src/backends/embedded.ts";
import { defaultConfig } from "../../src/config.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { startServer } from "../../src/server.ts";
import { WsClient } from "../helpers/ws_client.ts";
import {
  dashboardExpressions,
  documentedQueries,
  type Expression,
  metricsIn,
  ruleExpressions,
} from "./expressions.ts";
import { createLoadedServer, load } from "./load.ts";
import { PrometheusProcess } from "./prometheus_process.ts";
import { run, testWithPrometheus } from "./prometheus_tools.ts";

/** Metrics that these servers do not have, by the beginning of their names. */
const ABSENT: Readonly<Record<string, string>> = {
  "backend_": "only a server with a fleet of backends has them",
};

testWithPrometheus("every expression that we give away returns data, and no NaN", async (tools) => {
  await using server = createLoadedServer();
  await using embedded = await startEmbedded();
  await using prometheus = await PrometheusProcess.start(tools, [server.host, embedded.host]);
  // Two scrapes before, so that rates see the first event, and two after the last.
  await prometheus.until('count(count_over_time(synthesis_total{job="syrinx"}[1m]) >= 2) == 2');
  await Promise.all([load(server), embedded.speak("Hello from the embedded engine.")]);
  await prometheus.until("count(rate(sessions_total[1m])) == 2");
  await prometheus.until(`timestamp(job_sla:sla_violations:ratio_rate5m) > ${Date.now() / 1000}`);
  await prometheus.until('ALERTS{alertname="HighErrorRate"}');

  const expressions = [
    ...await dashboardExpressions(),
    ...await ruleExpressions(),
    ...await documentedQueries(),
  ];
  const [absent, present] = parted(expressions, ({ expr }) => metricsIn(expr).some(isAbsent));
  assert(present.length > 100, `only ${present.length} expressions were found`);
  const faults = await Promise.all(present.map((expression) => faultOf(prometheus, expression)));
  assertEquals(faults.filter((fault) => fault !== undefined), []);
  for (const prefix of Object.keys(ABSENT)) {
    assert(absent.some(({ expr }) => expr.includes(prefix)), `nothing asks for ${prefix}*`);
  }

  const { groups } = await prometheus.get("rules");
  for (const { rules } of groups) {
    for (const { name, health, lastError } of rules) assertEquals(health, "ok", name + lastError);
  }
  const { alerts } = await prometheus.get("alerts");
  for (const { annotations } of alerts) {
    assert(!/error|<no value>/i.test(annotations.summary + annotations.description), annotations);
  }
});

testWithPrometheus("promtool has nothing to say about the metrics", async (tools) => {
  await using server = createLoadedServer();
  await using embedded = await startEmbedded();
  await Promise.all([load(server), embedded.speak("Hello.")]);
  for (const host of [server.host, embedded.host]) {
    const response = await fetch(`http://${host}/metrics`);
    assertEquals(response.status, 200);
    const input = await response.text();
    assertEquals(await run(tools.promtool, ["check", "metrics"], { input }), { code: 0, text: "" });
  }
});

/** A server whose engine is its own, with one thread. */
async function startEmbedded(): Promise<
  { host: string; speak(text: string): Promise<void> } & AsyncDisposable
> {
  const backend = await createEmbeddedBackend({ engine: "flite", threads: 1, clock: systemClock });
  const server = startServer({
    config: { ...defaultConfig(), port: 0 },
    backend,
    engineThreads: () => ({ ...backend.stats(), wanted: 1 }),
  });
  const host = `127.0.0.1:${server.address.port}`;
  return {
    host,
    async speak(text) {
      const client = new WsClient(`ws://${host}/v1/session`);
      await client.next("session_started");
      client.send({ type: "text", text, final: true });
      await client.next("utterance_ended");
      client.send({ type: "close" });
      await client.closed;
    },
    async [Symbol.asyncDispose]() {
      await server.stop(0);
      await backend.close();
    },
  };
}

function isAbsent(metric: string): boolean {
  return Object.keys(ABSENT).some((prefix) => metric.startsWith(prefix));
}

/** What is wrong with what an expression returns; undefined if nothing is. */
async function faultOf(
  prometheus: PrometheusProcess,
  { where, expr }: Expression,
): Promise<string | undefined> {
  const series = await prometheus.query(expr);
  if (series.length === 0) return `${where}: no data: ${expr}`;
  const isNaN = series.some(({ value }) => Number.isNaN(value));
  return isNaN ? `${where}: NaN: ${expr}` : undefined;
}

function parted<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
