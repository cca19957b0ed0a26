/**
 * What the server says of itself, beside what its clients saw.
 */

import { assert, assertEquals } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import { seriesOf } from "../helpers/scrape.ts";
import { TestServer, until } from "../helpers/server.ts";
import type { WsClient, WsMessage } from "../helpers/ws_client.ts";

const SESSIONS = 12;
const TEXT = "One of them. Two of them.\n\n---\n\nThree of them. Four of them. Five of them.";

/** Values of a scrape by series. */
async function scrape(server: TestServer): Promise<Map<string, number>> {
  const text = await (await server.get("/metrics")).text();
  return seriesOf(text);
}

/** The value below which `share` of the values lie; nearest rank. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1]!;
}

function assertWithin2Percent(actual: number | null, expected: number, what: string): void {
  assert(
    actual !== null && Math.abs(actual - expected) <= expected * 0.02,
    `${what}: ${actual}, not ${expected}`,
  );
}

Deno.test("counts and percentiles agree with what the clients saw", async () => {
  await using server = new TestServer({
    config: { workers: 4 },
    script: (request, call) =>
      call % 9 === 4
        ? [{ waitMs: 10 }, { fail: "out of breath" }]
        : steadyScript({ firstAudioMs: 5 + call % 7 * 10, chunks: 2, chunkMs: 5, audioMs: 60 })(
          request,
          call,
        ),
  });
  const clients: WsClient[] = [];
  const sent = new Map<string, number>();
  const send = (client: WsClient, message: { type: string; [field: string]: unknown }) => {
    client.send(message);
    sent.set(message.type, (sent.get(message.type) ?? 0) + 1);
  };
  for (let index = 0; index < SESSIONS; index++) {
    const client = await server.connect(index % 2 === 0 ? "?lead_ms=unpaced" : "");
    clients.push(client);
    send(client, { type: "text", text: TEXT, final: true });
    send(client, { type: "text", text: "And another one.", final: true });
    if (index % 3 === 0) {
      await client.next("audio");
      send(client, { type: "barge_in" });
      await client.next("barge_in");
    }
    client.send("no JSON at all");
  }
  const of = (type: string) => clients.flatMap((client) => client.of(type));
  await until(
    () => of("utterance_started").length === of("utterance_ended").length,
    "every utterance's end",
  );
  for (const client of clients) send(client, { type: "close" });
  await Promise.all(clients.map((client) => client.closed));
  await until(() => server.server.stats.busyWorkers === 0, "the workers");

  const series = await scrape(server);
  const get = (name: string) => series.get(name) ?? 0;
  const sum = (messages: readonly WsMessage[], value: (message: WsMessage) => number) =>
    messages.reduce((total, message) => total + value(message), 0);
  const count = (type: string, field: string, value: string) =>
    // deno-lint-ignore no-explicit-any
    of(type).filter((message: any) => message[field] === value).length;

  for (const outcome of ["completed", "interrupted", "failed"]) {
    const told = count("utterance_ended", "outcome", outcome);
    assertEquals(get(`utterances_total{outcome="${outcome}"}`), told, outcome);
  }
  assertEquals(
    get('sentences_total{outcome="failed"}'),
    count("sentence_ended", "status", "failed"),
  );
  assert(count("sentence_ended", "status", "failed") > 0);
  const { counts } = server.backend;
  assertEquals(get("synthesis_total"), counts.finished + counts.failed);
  assertEquals(get("synthesis_errors_total"), counts.failed);
  assertEquals(get("synthesis_cancelled_total"), counts.cancelled);
  assertEquals(get("barge_in_total"), of("barge_in").length);
  assertEquals(
    get("characters_total"),
    sum(of("utterance_ended"), (told) => (told as never)["characters"]),
  );
  assertEquals(get('protocol_errors_total{code="bad_json"}'), SESSIONS);
  assertEquals(get('messages_total{direction="in",type="invalid"}'), SESSIONS);
  for (const [type, times] of sent) {
    assertEquals(get(`messages_total{direction="in",type="${type}"}`), times, type);
  }
  for (const type of ["sentence_started", "sentence_ended", "audio", "barge_in", "error"]) {
    assertEquals(get(`messages_total{direction="out",type="${type}"}`), of(type).length, type);
  }
  const audioBytes = clients.reduce((total, client) => total + client.audioBytes, 0);
  const heardS = audioBytes / 2 / server.backend.voices[0]!.sampleRate;
  assert(Math.abs(get("audio_sent_seconds_total") - heardS) < 1e-6);
  assertEquals(get('sessions_total{dialect="native",close="finished"}'), SESSIONS);
  assertEquals(get("session_messages_sum"), [...sent.values()].reduce((a, b) => a + b, 0));
  assertEquals([get("sessions_active"), get("synthesis_active"), get("synthesis_queue_depth")], [
    0,
    0,
    0,
  ]);

  const { metrics } = await (await server.get("/metrics/summary")).json();
  const firstAudio = of("utterance_ended")
    .map((told) => told.time_to_first_audio_ms as number | null)
    .filter((ms) => ms !== null);
  const bargeIns = of("barge_in").map((told) => told.latency_ms as number);
  for (const [name, share] of [["p50", 0.5], ["p95", 0.95], ["p99", 0.99]] as const) {
    const told = quantile(firstAudio, share);
    assertWithin2Percent(metrics[`first_audio_${name}_ms`], told, `first audio ${name}`);
    const bargeIn = quantile(bargeIns, share);
    assertWithin2Percent(metrics[`barge_in_${name}_ms`], bargeIn, `barge-in ${name}`);
  }
  assertEquals(metrics.synthesis_total, get("synthesis_total"));
  const busyS = [0, 1, 2, 3].map((worker) => get(`worker_busy_seconds_total{worker="${worker}"}`));
  assert(busyS.every((seconds) => seconds > 0), `${busyS}`);
});

Deno.test("a service-level objective that is broken is counted, and one that is kept is not", async () => {
  await using server = new TestServer({
    config: { slaFirstAudioMs: 30, slaSynthesisMs: 60_000 },
    script: steadyScript({ firstAudioMs: 60, audioMs: 20 }),
  });
  const client = await server.connect("?lead_ms=unpaced");
  for (let count = 0; count < 3; count++) {
    client.send({ type: "text", text: "A short one.", final: true });
    await client.next("utterance_ended");
  }
  const series = await scrape(server);
  assertEquals(series.get('sla_violations_total{sla="first_audio"}'), 3);
  assertEquals(series.get('sla_compliance_percent{sla="first_audio"}'), 0);
  assertEquals(series.get('sla_violations_total{sla="synthesis"}'), 0);
  assertEquals(series.get('sla_compliance_percent{sla="synthesis"}'), 100);
  assertEquals(series.get('sla_compliance_percent{sla="barge_in"}'), undefined);
});

Deno.test("without metrics nothing is measured, and the answer says so", async () => {
  await using server = new TestServer({ config: { metrics: false } });
  for (const path of ["/metrics", "/metrics/summary"]) {
    const response = await server.get(path);
    assertEquals(response.status, 404);
    assert((await response.json()).error.message.includes("METRICS=false"));
  }
  assertEquals((await server.get("/health")).status, 200);
  await server.connect();
});
