/**
 * Many clients that come, speak, interrupt, stall and vanish, on real sockets, round after round: nothing
 * is left behind, and the memory is flat. `deno task soak` does it for half an hour.
 */

import { assert, assertEquals } from "@std/assert";
import type { ScriptedStep } from "../../src/backends/scripted.ts";
import { clientFrame, upgradeRequest } from "../helpers/raw_client.ts";
import { seriesOf } from "../helpers/scrape.ts";
import { TestServer, until } from "../helpers/server.ts";
import { WsClient } from "../helpers/ws_client.ts";

const SECONDS = Number(Deno.env.get("SOAK_SECONDS") ?? 60);

/** Clients of a round. */
const CLIENTS = 200;

/** Rounds in which what is loaded once is loaded. */
const WARM_UP = 2;

/** Growth of the heap, and of the process, from the first rounds to the last that is noise, in bytes. */
const HEAP_NOISE = 8 * 1024 * 1024;
/** Beside others in the same process, that one's memory tells nothing. */
const PROCESS_NOISE = Deno.env.has("SOAK_SECONDS") ? 96 * 1024 * 1024 : Infinity;

/** A small generator (mulberry32), so that a failing run can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Most syntheses go well; some are late, fail, stall, or ignore that they are cancelled. */
function moodyScript(next: () => number): () => ScriptedStep[] {
  return () => {
    const mood = next();
    if (mood < 0.05) return [{ audioMs: 40 }, { fail: "scripted" }];
    if (mood < 0.07) return [{ stall: true }];
    if (mood < 0.12) return [{ ignoreCancellation: true }, { waitMs: 50 }, { audioMs: 200 }];
    return [{ waitMs: Math.floor(next() * 20) }, { audioMs: 150 }, { audioMs: 150 }];
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** One listener's short life: it talks, maybe interrupts, and leaves in one of four ways. */
async function live(server: TestServer, next: () => number): Promise<void> {
  const client = await server.connect(next() < 0.3 ? "?lead_ms=unpaced&words=1" : "?lead_ms=200");
  for (let utterance = 0; utterance < 3; utterance++) {
    client.send({ type: "text", text: "The first sentence is here. And then a sec", final: false });
    await pause(next() * 60);
    client.send({ type: "text", text: "ond one, with --- more.", final: next() < 0.8 });
    await pause(next() * 200);
    if (next() < 0.5) client.send({ type: "barge_in" });
    if (next() < 0.1) client.send({ type: "pause" });
  }
  const leaving = next();
  if (leaving < 0.25) {
    client.send({ type: "resume" });
    client.send({ type: "barge_in" });
    client.send({ type: "close" });
    assertEquals((await client.closed).code, 1000);
  } else if (leaving < 0.5) client.close();
  else client.send({ type: "text", text: "This is cut off in the midd", final: false });
  client.close();
  await client.closed;
  checkOutcomes(client);
}

/** Every utterance that ended did so once, and no audio came after a barge-in that stopped it. */
function checkOutcomes(client: WsClient): void {
  const ended = client.of("utterance_ended").map(({ utterance_id }) => utterance_id);
  assertEquals(new Set(ended).size, ended.length);
}

/** A client whose machine loses power: the connection is dropped without a WebSocket close. */
async function vanish(server: TestServer, next: () => number): Promise<void> {
  using connection = await Deno.connect({ port: server.server.address.port });
  await connection.write(upgradeRequest(server.host, "/v1/session"));
  await connection.read(new Uint8Array(1_024));
  await connection.write(clientFrame({ type: "text", text: "One. Two. Three. Four." }));
  await pause(next() * 200);
}

/** A client that never reads, and so cannot be told that its time is over. */
async function stall(server: TestServer, next: () => number): Promise<void> {
  using connection = await Deno.connect({ port: server.server.address.port });
  await connection.write(upgradeRequest(server.host, "/v1/session?lead_ms=unpaced"));
  await connection.write(clientFrame({ type: "text", text: "One. Two. ".repeat(50), final: true }));
  await pause(1_000 + next() * 500);
}

/** A client of another vendor's. */
async function liveElsewhere(server: TestServer, next: () => number): Promise<void> {
  if (next() < 0.5) {
    const answer = await server.post("/v1/audio/speech", {
      model: "tts-1",
      voice: "one",
      input: "The first sentence is here. And a second.",
      response_format: next() < 0.5 ? "pcm" : "mp3",
    });
    if (next() < 0.5) await answer.body?.cancel();
    else await answer.bytes().catch(() => "broken off");
    return;
  }
  const client = await server.open("/v1/speak?encoding=linear16&sample_rate=16000");
  client.send({ type: "Speak", text: "The first sentence is here. And a second." });
  client.send({ type: "Flush" });
  await pause(next() * 200);
  client.send({ type: next() < 0.5 ? "Clear" : "Close" });
  if (next() < 0.5) await pause(next() * 100);
  client.close();
  await client.closed;
}

/** One of the clients of a round; which kind is the same in every round. */
function clientOf(index: number): (server: TestServer, next: () => number) => Promise<void> {
  if (index % 5 === 0) return vanish;
  if (index % 20 === 1) return stall;
  return index % 5 === 2 ? liveElsewhere : live;
}

interface Memory {
  readonly heap: number;
  readonly rss: number;
}

function memoryNow(): Memory {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed: heap, rss } = Deno.memoryUsage();
  return { heap, rss };
}

/** The least of some rounds: what is there to stay. */
function leastOf(memories: readonly Memory[]): Memory {
  const least = (read: (memory: Memory) => number) => Math.min(...memories.map(read));
  return { heap: least(({ heap }) => heap), rss: least(({ rss }) => rss) };
}

Deno.test(`${SECONDS} s of clients that speak, interrupt, stall and vanish leave nothing behind`, async () => {
  const next = random(20_261_124);
  await using server = new TestServer({
    config: { workers: 8, chunkTimeoutMs: 500, maxQueueDepth: 100_000, maxBlockedMs: 500 },
    script: moodyScript(next),
  });
  const memories: Memory[] = [];
  const end = performance.now() + 1_000 * SECONDS;
  for (let round = 0; round < 2 * WARM_UP + 1 || performance.now() < end; round++) {
    await Promise.all(
      Array.from({ length: CLIENTS }, (_, index) => clientOf(index)(server, next)),
    );
    const stats = () => server.server.stats;
    await until(() => stats().connections === 0, "all connections to be closed", 60_000);
    await until(() => stats().busyWorkers === 0, "all workers to be free", 60_000);
    assertEquals(stats(), { sessions: 0, connections: 0, queued: 0, busyWorkers: 0, pacing: 0 });
    checkFacts(server);
    await checkMetrics(server);
    server.forget();
    memories.push(memoryNow());
  }
  const [first, last] = [memories.slice(WARM_UP, 2 * WARM_UP), memories.slice(-WARM_UP)].map(
    leastOf,
  );
  const told = memories.map(({ heap, rss }) => `${heap >> 20}/${rss >> 20}`).join(" ");
  assert(last!.heap - first!.heap < HEAP_NOISE, `the heap grows, heap/process in MiB: ${told}`);
  assert(last!.rss - first!.rss < PROCESS_NOISE, `the process grows, heap/process in MiB: ${told}`);
});

/** Every session and utterance that began has ended, exactly once. */
function checkFacts(server: TestServer): void {
  const count = (type: string) => server.facts.filter((fact) => fact.type === type).length;
  assertEquals(count("session_started"), count("session_ended"));
  assert(count("session_started") >= CLIENTS * 0.9, `${count("session_started")} sessions`);
  assertEquals(count("utterance_started"), count("utterance_ended"));
  assertEquals(count("sentence_queued"), count("sentence_ended"));
  assertEquals(count("synthesis_started"), count("synthesis_ended"));
  assertEquals(count("worker_restarted"), 0);
}

/** What who watches the server sees of it: nothing is under way. */
async function checkMetrics(server: TestServer): Promise<void> {
  const series = seriesOf(await (await server.get("/metrics")).text());
  const gauges = [
    "sessions_active",
    "connections_active",
    "synthesis_active",
    "synthesis_queue_depth",
    "send_buffer_bytes",
    "unpaced_sessions_waiting",
  ];
  assertEquals(gauges.map((name) => [name, series.get(name)]), gauges.map((name) => [name, 0]));
}
