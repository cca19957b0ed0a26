/**
 * Many sessions that come, speak, interrupt and vanish, on real sockets: nothing is left behind.
 */

import { assert, assertEquals } from "@std/assert";
import type { ScriptedStep } from "../../src/backends/scripted.ts";
import { clientFrame, upgradeRequest } from "../helpers/raw_client.ts";
import { TestServer, until } from "../helpers/server.ts";
import { WsClient } from "../helpers/ws_client.ts";

const SESSIONS = 200;
const ROUNDS = 4;

/** Growth of the heap from the first round to the last that is taken for noise, in bytes. */
const HEAP_NOISE = 8 * 1024 * 1024;

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

function heapUsed(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return Deno.memoryUsage().heapUsed;
}

Deno.test("200 sessions that interrupt and vanish at random leave nothing behind", async () => {
  const next = random(20_261_124);
  await using server = new TestServer({
    config: { workers: 8, chunkTimeoutMs: 500, maxQueueDepth: 100_000 },
    script: moodyScript(next),
  });
  const heaps: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const lives = Array.from(
      { length: SESSIONS },
      (_, index) => index % 5 === 0 ? vanish(server, next) : live(server, next),
    );
    await Promise.all(lives);
    const stats = () => server.server.stats;
    await until(() => stats().connections === 0, "all connections to be closed", 30_000);
    await until(() => stats().busyWorkers === 0, "all workers to be free", 30_000);
    assertEquals(stats(), { sessions: 0, connections: 0, queued: 0, busyWorkers: 0, pacing: 0 });
    checkFacts(server);
    heaps.push(heapUsed());
  }
  const growth = heaps.at(-1)! - heaps[1]!;
  assert(growth < HEAP_NOISE, `the heap grew by ${growth} bytes: ${heaps.join(", ")}`);
});

/** Every session and utterance that began has ended, exactly once. The facts are then forgotten. */
function checkFacts(server: TestServer): void {
  const count = (type: string) => server.facts.filter((fact) => fact.type === type).length;
  assertEquals(count("session_started"), SESSIONS);
  assertEquals(count("session_ended"), SESSIONS);
  assertEquals(count("utterance_started"), count("utterance_ended"));
  assertEquals(count("sentence_queued"), count("sentence_ended"));
  assertEquals(count("synthesis_started"), count("synthesis_ended"));
  assertEquals(count("worker_restarted"), 0);
  server.facts.length = 0;
}
