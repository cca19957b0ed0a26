/** A real Prometheus reads real servers; every expression must have something to say. */

import { assert, assertEquals } from "@std/assert";
import { createEmbeddedBackend } from "../../src/backends/embedded.ts";
import { ScriptedBackend, steadyScript } from "../../src/backends/scripted.ts";
import { testConfig } from "../helpers/config.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { openBackend } from "../../src/open_backend.ts";
import { createProfilerOf } from "../../src/open_profiler.ts";
import { type Server, startServer } from "../../src/server.ts";
import { engineTraits } from "../../src/tts_worker/engine_traits.ts";
import { startTtsWorker } from "../../src/tts_worker/worker.ts";
import { WsClient } from "../helpers/ws_client.ts";
import {
  dashboardExpressions,
  documentedQueries,
  type Expression,
  ruleExpressions,
} from "./expressions.ts";
import { createLoadedServer, load } from "./load.ts";
import { ManyServer } from "../processes/many_server.ts";
import { PrometheusProcess } from "./prometheus_process.ts";
import { run, testWithPrometheus } from "./prometheus_tools.ts";

testWithPrometheus("every expression that we give away returns data, and no NaN", async (tools) => {
  await using server = createLoadedServer();
  await using embedded = await startEmbedded();
  await using fleet = await startFleet();
  await using many = await ManyServer.start();
  const hosts = [server.host, embedded.host, fleet.host, many.host];
  await using prometheus = await PrometheusProcess.start(tools, hosts);
  // Two scrapes before, so that rates see the first event, and two after the last.
  await prometheus.until('count(count_over_time(synthesis_total{job="syrinx"}[1m]) >= 2) == 4');
  await Promise.all([
    load(server),
    embedded.speak("Hello from the embedded engine."),
    fleet.speak("One is here. Two is here. Three is here. Four is here."),
    speakWith(many, "Hello from one of several processes."),
  ]);
  await prometheus.until("count(rate(sessions_total[1m])) == 4");
  await prometheus.until(`timestamp(job_sla:sla_violations:ratio_rate5m) > ${Date.now() / 1000}`);
  await prometheus.until('ALERTS{alertname="HighErrorRate"}');

  const expressions = [
    ...await dashboardExpressions(),
    ...await ruleExpressions(),
    ...await documentedQueries(),
  ];
  assert(expressions.length > 100, `only ${expressions.length} expressions were found`);
  const faults = await Promise.all(
    expressions.map((expression) => faultOf(prometheus, expression)),
  );
  assertEquals(faults.filter((fault) => fault !== undefined), []);

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
  await using fleet = await startFleet();
  await Promise.all([load(server), embedded.speak("Hello."), fleet.speak("Hello. And again.")]);
  for (const host of [server.host, embedded.host, fleet.host]) {
    const response = await fetch(`http://${host}/metrics`);
    assertEquals(response.status, 200);
    const input = await response.text();
    assertEquals(await run(tools.promtool, ["check", "metrics"], { input }), { code: 0, text: "" });
  }
});

async function speakWith(server: ManyServer, text: string): Promise<void> {
  const { client } = await server.connect();
  client.send({ type: "text", text, final: true });
  await client.next("utterance_ended");
  client.close();
  await client.closed;
}

/** A server that says what it is told. */
interface Speaker extends AsyncDisposable {
  readonly host: string;
  speak(text: string): Promise<void>;
}

function speakerOf(server: Server, close: () => Promise<void>): Speaker {
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
      await close();
    },
  };
}

/** A server whose engine is its own, with one thread. */
async function startEmbedded(): Promise<Speaker> {
  const backend = await createEmbeddedBackend({ engine: "flite", threads: 1, clock: systemClock });
  const server = startServer({
    config: { ...testConfig(), port: 0 },
    backend,
    engineThreads: () => ({ ...backend.stats(), wanted: 1 }),
  });
  return speakerOf(server, () => backend.close());
}

/** A server that speaks through two TTS workers. */
async function startFleet(): Promise<Speaker> {
  const workers = await Promise.all([1, 2].map(() =>
    startTtsWorker({
      backend: new ScriptedBackend({ clock: systemClock, script: steadyScript({ audioMs: 300 }) }),
      traits: engineTraits("scripted"),
      maxConcurrentSyntheses: 1,
    })
  ));
  const ttsBackends = workers.map(({ port }) => `127.0.0.1:${port}`).join();
  const config = { ...testConfig(), ttsBackends };
  const profiler = createProfilerOf(config);
  const { backend, close, ...watch } = await openBackend({ config, profiler });
  const server = startServer({ config, backend, profiler, ...watch });
  return speakerOf(server, async () => {
    await close();
    await Promise.all(workers.map((worker) => worker.stop(0)));
  });
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
