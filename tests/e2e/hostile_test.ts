/** Clients that mean harm, and what they get: each has a stated answer, and harms nobody else. */

import { assert, assertEquals } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import { assertNothingLeft } from "../dialects/helpers/audio.ts";
import { clientFrame, upgradeRequest } from "../helpers/raw_client.ts";
import { TestServer, until } from "../helpers/server.ts";
import type { WsClient } from "../helpers/ws_client.ts";

/** Fails unless a client that behaves is served whole. */
async function assertServes(server: TestServer): Promise<void> {
  const client = await server.connect("?lead_ms=unpaced");
  client.send({ type: "text", text: "One. Two.", final: true });
  assertEquals((await client.next("utterance_ended")).outcome, "completed");
  client.close();
  await client.closed;
}

/** How the first session ended. */
function endOf(server: TestServer): string | undefined {
  return server.facts.find((fact) => fact.type === "session_ended")?.close;
}

/** How often each of the codes came. */
function errorCodes(client: WsClient): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of client.of("error")) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

Deno.test("a flood of upgrades gets as many places as there are, and 503 for the rest", async () => {
  await using server = new TestServer({ config: { maxSessions: 50 } });
  const { port } = server.server.address;
  const sockets = await Promise.all(
    Array.from({ length: 500 }, () => Deno.connect({ hostname: "127.0.0.1", port })),
  );
  const answers = await Promise.all(sockets.map(async (socket) => {
    await socket.write(upgradeRequest(server.host, "/v1/session"));
    const buffer = new Uint8Array(4_096);
    return new TextDecoder().decode(buffer.subarray(0, await socket.read(buffer) ?? 0));
  }));
  const accepted = answers.filter((answer) => answer.startsWith("HTTP/1.1 101"));
  const refused = answers.filter((answer) => /^HTTP\/1.1 503[^]*retry-after: 5/i.test(answer));
  assertEquals([accepted.length, refused.length], [50, 450]);
  for (const socket of sockets) socket.close();
  await assertNothingLeft(server);
  await assertServes(server);
});

Deno.test("a flood of flush is limited; an interruption in it is carried out; then it is closed", async () => {
  const script = steadyScript({ audioMs: 20_000 });
  await using server = new TestServer({ script, config: { maxMessagesPerSecond: 100 } });
  const client = await server.connect();
  client.send({ type: "text", text: "A long sentence.", final: false });
  await client.next("audio");
  for (let count = 0; count < 600; count++) client.send({ type: "flush" });
  client.send({ type: "barge_in" });
  await client.next("barge_in");
  const { rate_limited: limited = 0, ...others } = errorCodes(client);
  // Two hundred at once, and a hundred a second.
  assert(limited > 300 && limited < 600, `${limited} were refused`);
  assertEquals(others, {});
  assert(client.of("error").every(({ retry_after_ms }) => retry_after_ms > 0));
  for (let count = 0; count < 3_000; count++) client.send({ type: "flush" });
  await client.closed;
  assertEquals(endOf(server), "rate_limited");
  await assertNothingLeft(server);
  await assertServes(server);
});

Deno.test("a flood of barge_in is carried out above the rate, a thousand times, and then it is closed", async () => {
  await using server = new TestServer({ config: { maxMessagesPerSecond: 100 } });
  const client = await server.connect();
  for (let count = 0; count < 5_000; count++) client.send({ type: "barge_in" });
  await client.closed;
  // A client that is closed while it sends may not get all that it was told.
  const { length } = server.facts.filter(({ type }) => type === "barge_in");
  assert(length > 1_000 && length < 3_000, `${length} were carried out`);
  assertEquals(endOf(server), "rate_limited");
  await assertNothingLeft(server);
  await assertServes(server);
});

Deno.test("a client that asks without reading the answers is given up", async () => {
  await using server = new TestServer({
    config: { maxMessagesPerSecond: 100_000, maxBufferedBytes: 16_384, pingTimeoutS: 1 },
  });
  const { port } = server.server.address;
  using socket = await Deno.connect({ hostname: "127.0.0.1", port });
  await socket.write(upgradeRequest(server.host, "/v1/session"));
  const ping = clientFrame({ type: "ping", id: "x".repeat(64) });
  const pings = Uint8Array.from({ length: 500 * ping.length }, (_, at) => ping[at % ping.length]!);
  const flooding = (async () => {
    for (;;) await socket.write(pings);
  })().catch(() => "cut");
  await until(() => endOf(server) !== undefined, "the session's end", 30_000);
  assertEquals(endOf(server), "session_limit");
  await until(() => server.server.stats.connections === 0, "the connection's end", 30_000);
  assertEquals(await flooding, "cut");
  await assertServes(server);
});

Deno.test("of 10,000 utterance ids at once the first 64 are taken, and then it is closed", async () => {
  await using server = new TestServer({
    script: steadyScript({ audioMs: 20_000 }),
    config: { maxMessagesPerSecond: 100_000 },
  });
  const client = await server.connect();
  for (let id = 0; id < 10_000; id++) {
    client.send({ type: "text", text: "Hi.", utterance_id: `u${id}`, final: true });
  }
  await client.closed;
  // The connection of a client that goes on sending may break before it has read all.
  assertEquals(endOf(server), "session_limit");
  assertEquals(server.facts.filter(({ type }) => type === "utterance_started").length, 64);
  // Each that was taken has its end, if only by the end of the session.
  const ended = server.facts.filter((fact) => fact.type === "utterance_ended");
  assertEquals(ended.length, 64);
  assertEquals(ended.every(({ outcome }) => outcome === "interrupted"), true);
  await assertNothingLeft(server);
});

Deno.test("10,000 utterance ids one after the other are all spoken, and all forgotten but the last", async () => {
  await using server = new TestServer({
    script: steadyScript({ audioMs: 20 }),
    config: { maxMessagesPerSecond: 100_000 },
  });
  const client = await server.connect("?lead_ms=unpaced");
  for (let id = 0; id < 10_000; id++) {
    client.send({ type: "text", text: "Hi.", utterance_id: `u${id}`, final: true });
    if (id % 32 === 31) {
      await until(() => client.of("utterance_ended").length > id - 16, `u${id}`, 60_000);
      // What was received is looked through again and again.
      if (id % 512 === 511) await until(() => client.of("utterance_ended").length > id, `u${id}`);
    }
  }
  await until(() => client.of("utterance_ended").length === 10_000, "the last", 60_000);
  assertEquals(errorCodes(client), {});
  client.send({ type: "flush", utterance_id: "u0" });
  assertEquals((await client.next("error")).code, "unknown_utterance");
  client.send({ type: "flush", utterance_id: "u9999" });
  assertEquals((await client.next("error")).code, "utterance_ended");
  client.close();
  await client.closed;
  await assertNothingLeft(server);
});

/** Texts that break what counts characters, and how many sentences are spoken of each. */
const ODD_TEXTS: readonly [name: string, text: string, sentences: number][] = [
  ["emoji and nothing else", "👩‍👩‍👧‍👦🏳️‍🌈".repeat(700), 0],
  ["right-to-left text", "مرحبا بالعالم؟ نعم! שלום עולם. מה שלומך?", 4],
  ["marks upon marks", `Z${"\u0300\u0323\u0489".repeat(300)}algo text. It ends.`, 2],
  ["marks of direction", "\u202eThis is turned.\u202c \u2066And this.\u2069", 1],
  ["lone surrogates", "A lone \ud83d surrogate. Another \udc00 one.", 2],
];

for (const [name, text, sentences] of ODD_TEXTS) {
  Deno.test(`${name}: every character is accounted for`, async () => {
    await using server = new TestServer({
      script: steadyScript({ audioMs: 20 }),
      config: { maxMessagesPerSecond: 100_000 },
    });
    const client = await server.connect("?lead_ms=unpaced");
    for (const piece of text.match(/[^]{1,7}/g)!) client.send({ type: "text", text: piece });
    client.send({ type: "end" });
    const ended = await client.next("utterance_ended");
    assertEquals([ended.outcome, ended.characters], ["completed", text.length]);
    const started = client.of("sentence_started");
    const spoken = started.filter(({ text }) => text !== "").length;
    if (sentences === 0) assertEquals([spoken, client.audioBytes], [0, 0]);
    else assert(spoken >= sentences, `${spoken} sentences`);
    for (const { source_start, source_end } of started) {
      assert(source_start >= 0 && source_start < source_end && source_end <= text.length);
    }
    client.close();
    await client.closed;
    await assertNothingLeft(server);
  });
}

Deno.test("1 MB without a space is cut into sentences as far as it is taken, and refused beyond", async () => {
  await using server = new TestServer({
    script: steadyScript({ audioMs: 10 }),
    config: { maxMessagesPerSecond: 100_000 },
  });
  const client = await server.connect("?lead_ms=unpaced");
  for (let count = 0; count < 105; count++) {
    client.send({ type: "text", text: "x".repeat(10_000), utterance_id: "a" });
  }
  client.send({ type: "end", utterance_id: "a" });
  const ended = await client.next("utterance_ended");
  const codes = errorCodes(client);
  const refused = Object.values(codes).reduce((sum, count) => sum + count, 0);
  assertEquals(
    Object.keys(codes).every((code) => ["overloaded", "text_too_long"].includes(code)),
    true,
  );
  assertEquals([ended.outcome, ended.characters], ["completed", (105 - refused) * 10_000]);
  assert(ended.characters <= 200_000);
  const lengths = client.of("sentence_started").map(({ text }) => text.length);
  assertEquals(lengths.reduce((sum, length) => sum + length, 0), ended.characters);
  assert(Math.max(...lengths) <= 150);

  client.send({ type: "text", text: "x".repeat(1_000_000) });
  const error = await client.next("error");
  assertEquals([error.code, error.limit, error.fatal], ["too_large", 131_072, true]);
  assertEquals((await client.closed).code, 1009);
  await assertNothingLeft(server);
});
