/**
 * What one tenant's crowd leaves to the others, on real sockets.
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import type { SpeechEvent } from "../../src/speech/events.ts";
import { bearer, keyFile, knock } from "../helpers/keys.ts";
import { TestServer, until } from "../helpers/server.ts";

/** Opens silent sessions with a key until one is refused. Returns how many there are, and the answer. */
async function takeAll(server: TestServer, key: string): Promise<[number, Response]> {
  for (let count = 0;; count++) {
    // What is no handshake is told what one would be: here that there is no place, or 426.
    const answer = await server.get("/v1/session", { ...bearer(key), upgrade: "websocket" });
    if (answer.status === 503) return [count, answer];
    await answer.body?.cancel();
    await server.connect(`?token=${key}`);
  }
}

Deno.test("one key's silent sessions cannot take all places: another one still gets in and speaks", async () => {
  const { path, keys: [many, few, third] } = await keyFile(
    { tenant: "many", weight: 1 },
    { tenant: "few", weight: 1 },
    { tenant: "third", weight: 1 },
  );
  await using server = new TestServer({ config: { apiKeysFile: path, maxSessions: 20 } });
  const [places, refused] = await takeAll(server, many!);
  assertEquals([places, refused.headers.get("retry-after")], [16, "5"]);
  const { code, message } = (await refused.json()).error;
  assertEquals(code, "overloaded");
  assertStringIncludes(message, "leave room for others");
  assertEquals(await knock(server, many!), [503, "overloaded"]);
  const reasons = server.facts.filter((fact) => fact.type === "session_refused");
  assertEquals(reasons.at(-1)?.reason, "key_limit");
  const [others, full] = await takeAll(server, few!);
  assertEquals(others, 3);
  await full.body?.cancel();
  const client = await server.connect(`?token=${third}`);
  client.send({ type: "text", text: "Hello there.", final: true });
  await client.next("audio");
  assertEquals((await client.next("utterance_ended")).outcome, "completed");
});

Deno.test("keys of one tenant, or no keys at all, may take all places", async () => {
  const { path, keys: [key, other] } = await keyFile(
    { tenant: "acme", weight: 1 },
    { tenant: "acme", weight: 1 },
  );
  for (const apiKeysFile of [path, ""]) {
    await using server = new TestServer({ config: { apiKeysFile, maxSessions: 6 } });
    const [places, full] = await takeAll(server, key!);
    assertEquals(places, 6);
    assertStringIncludes((await full.json()).error.message, "as the server takes");
    assertEquals(await knock(server, other!), [503, "overloaded"]);
  }
});

Deno.test("a key that is shown in a message is held to the places of a key, too", async () => {
  const { path, keys: [many, few] } = await keyFile(
    { tenant: "many", weight: 1 },
    { tenant: "few", weight: 1, maxSessions: 1 },
  );
  await using server = new TestServer({ config: { apiKeysFile: path, maxSessions: 10 } });
  const [places, refused] = await takeAll(server, many!);
  assertEquals(places, 8);
  await refused.body?.cancel();
  const late = async (key: string) => {
    const client = await server.open("/v1/text-to-speech/one/stream-input?output_format=pcm_16000");
    client.send({ text: " ", xi_api_key: key });
    client.send({ text: "Hello there. ", flush: true });
    return client;
  };
  assertEquals((await (await late(many!)).closed).code, 1013);
  const client = await late(few!);
  await until(() => client.received.some((message) => "audio" in message), "audio");
  assertEquals((await (await late(few!)).closed).code, 1013);
  const reasons = server.facts.filter((fact) => fact.type === "session_refused");
  assertEquals(reasons.map(({ reason }) => reason), ["key_limit", "key_limit"]);
});

Deno.test("silent sessions of one tenant keep nobody out, nor do those of one that has too many", async () => {
  const { path, keys: [many, few] } = await keyFile(
    { tenant: "many", weight: 1 },
    { tenant: "few", weight: 1 },
  );
  await using server = new TestServer({
    script: steadyScript({ audioMs: 10_000, firstAudioMs: 500 }),
    config: { apiKeysFile: path, workers: 1, maxLoadPercent: 10 },
  });
  const clients = await Promise.all(
    Array.from({ length: 6 }, () => server.connect(`?token=${many}`)),
  );
  for (const client of clients) client.send({ type: "text", text: "Hello there.", final: true });
  await Promise.all(clients.map((client) => client.next("audio")));
  assertEquals(await knock(server, many!), [503, "overloaded"]);
  await server.connect(`?token=${few}`);
});

Deno.test("one tenant's sentences that wait for a worker keep out itself, and nobody else", async () => {
  const { path, keys: [flood, calm] } = await keyFile(
    { tenant: "flood", weight: 1 },
    { tenant: "calm", weight: 1 },
  );
  // Each sentence keeps its worker for half a second: two workers cannot speak to a crowd.
  await using server = new TestServer({
    config: { apiKeysFile: path, workers: 2, maxLateMs: 100, maxLoadPercent: 10_000 },
    script: () => [{ waitMs: 500 }, { audioMs: 200 }],
  });
  // As many as the other has, so that it is not let in for being few.
  const silent = Array.from({ length: 12 }, () => server.connect(`?token=${calm}`));
  const crowd = Array.from({ length: 12 }, () => server.connect(`?token=${flood}`));
  await Promise.all(silent);
  const clients = await Promise.all(crowd);
  for (const client of clients) client.send({ type: "text", text: "Hello.", final: true });
  const isLate = (fact: SpeechEvent) => fact.type === "sentence_taken" && fact.lateMs > 100;
  await until(() => server.facts.filter(isLate).length >= 3, "sentences to be late");
  assertEquals(await knock(server, flood!), [503, "overloaded"]);
  const client = await server.connect(`?token=${calm}`);
  client.send({ type: "text", text: "Hello.", final: true });
  await client.next("audio");
  const reasons = server.facts.filter((fact) => fact.type === "session_refused");
  assertEquals(reasons.map(({ reason }) => reason), ["workers"]);
});
