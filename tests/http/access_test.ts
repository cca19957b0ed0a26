/**
 * Keys of a file, tokens, origins and places, on real sockets.
 */

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { formatKeys } from "../../src/auth/key_file.ts";
import { ConfigError } from "../../src/errors.ts";
import { testConfig } from "../helpers/config.ts";
import { bearer, keyFile, knock } from "../helpers/keys.ts";
import { TestServer, until } from "../helpers/server.ts";
import { TlsFiles } from "../helpers/tls_files.ts";

/** Status of a request to know the voices. */
async function statusOf(server: TestServer, headers?: Record<string, string>): Promise<number> {
  const answer = await server.get("/v1/voices", headers);
  await answer.body?.cancel();
  return answer.status;
}

Deno.test("a session is told how long a handshake and its head may be, where that is looked at", async () => {
  for (const guardConnections of [false, true]) {
    await using server = new TestServer({ config: { guardConnections } });
    const client = await server.connect();
    const [{ limits }] = client.of("session_started") as [{ limits: Record<string, unknown> }];
    assertEquals(limits.handshake_timeout_ms, guardConnections ? 10_000 : null);
    // One byte less and some more: the runtime counts a little differently.
    const statusOf = async (bytes: number) => {
      const head = `GET /livez HTTP/1.1\r\nHost: ${server.host}\r\nX-Long: `;
      const text = `${head.padEnd(bytes - 4, "a")}\r\n\r\n`;
      using connection = await Deno.connect({ port: server.server.address.port });
      await connection.write(new TextEncoder().encode(text));
      const answer = new Uint8Array(16);
      const length = await connection.read(answer) ?? 0;
      return new TextDecoder().decode(answer.subarray(9, Math.min(12, length)));
    };
    const limit = limits.max_header_bytes as number;
    assertEquals([await statusOf(limit), await statusOf(limit + 4_096)], ["200", "400"]);
    client.close();
  }
});

Deno.test("a server is open to all when others reach it and it asks for no key", async () => {
  const { path } = await keyFile({ tenant: "acme", weight: 1 });
  const cases = [
    [{ host: "127.0.0.1" }, false],
    [{ host: "0.0.0.0" }, true],
    [{ host: "0.0.0.0", apiKeys: ["k".repeat(32)] }, false],
    [{ host: "0.0.0.0", apiKeysFile: path }, false],
  ] as const;
  for (const [config, isOpenToAll] of cases) {
    await using server = new TestServer({ config });
    assertEquals(server.server.isOpenToAll, isOpenToAll);
  }
});

Deno.test("a server is unguarded when others reach it, and neither TLS nor the guard is on", async () => {
  await using files = await TlsFiles.create();
  const cases = [
    [{ host: "127.0.0.1" }, false],
    [{ host: "0.0.0.0" }, true],
    [{ host: "0.0.0.0", guardConnections: true }, false],
    [{ host: "0.0.0.0", ...files.config }, false],
  ] as const;
  for (const [config, isUnguarded] of cases) {
    await using server = new TestServer({ config });
    assertEquals(server.server.isUnguarded, isUnguarded);
  }
});

Deno.test("a key of the file may have as many sessions as the file says, and others have theirs", async () => {
  const { path, keys: [small, big] } = await keyFile(
    { tenant: "small", weight: 1, maxSessions: 1 },
    { tenant: "big", weight: 1 },
  );
  await using server = new TestServer({ config: { apiKeysFile: path } });
  const first = await server.connect(`?token=${small}`);
  const { limits } = first.of("session_started")[0]!;
  assertEquals([limits.max_sessions, limits.max_sessions_per_address], [1, 1_000]);
  assertEquals(await knock(server, small!), [503, "overloaded"]);
  await server.connect(`?token=${big}`);
  assertEquals(
    server.facts.filter((fact) => fact.type === "session_refused").map(({ reason }) => reason),
    ["key_limit"],
  );
  first.close();
  await until(() => server.server.stats.connections === 1, "the first to be gone");
  await server.connect(`?token=${small}`);
});

Deno.test("when the last key is revoked nobody may speak, and nobody from the start without any", async () => {
  const { path, keys: [key] } = await keyFile({ tenant: "a", weight: 1 });
  await using server = new TestServer({ config: { apiKeysFile: path } });
  assertEquals(await statusOf(server, bearer(key!)), 200);
  await Deno.writeTextFile(path, formatKeys([]));
  server.server.reload(testConfig());
  for (const headers of [bearer(key!), {}]) {
    assertEquals(await statusOf(server, headers), 401);
  }
  await using shut = new TestServer({ config: { apiKeysFile: path } });
  assertEquals(await statusOf(shut), 401);
  await using given = new TestServer({ config: { apiKeys: ["a-key-of-some-length"] } });
  given.server.reload(testConfig());
  assertEquals(await statusOf(given), 401);
});

Deno.test("where many have one address, a guesser shuts out nobody whose key cannot be guessed", async () => {
  const { path, keys: [key] } = await keyFile({ tenant: "a", weight: 1 });
  await using server = new TestServer({ config: { apiKeysFile: path } });
  const { token } = await (await server.post("/v1/token", {}, bearer(key!))).json();
  for (let guess = 0; guess < 12; guess++) await knock(server, `wrong-key-${guess}`);
  assertEquals(await knock(server, "wrong-key"), [429, "rate_limited"]);
  assertEquals(await statusOf(server, bearer(key!)), 200);
  assertEquals(await statusOf(server, bearer(token)), 200);
  const wrong = server.facts.filter(({ type }) => type === "wrong_key").length;
  assertEquals(wrong, 10);
});

Deno.test("a token opens sessions for its key's tenant, and makes no more tokens", async () => {
  const { path, keys: [key] } = await keyFile({ tenant: "acme", weight: 1, maxSessions: 2 });
  await using server = new TestServer({ config: { apiKeysFile: path } });
  const answer = await server.post("/v1/token", { expires_in: 60, max_sessions: 1 }, bearer(key!));
  const { token, expires_in } = await answer.json();
  assertEquals([answer.status, expires_in], [200, 60]);
  await server.connect(`?token=${token}`);
  assertEquals(await knock(server, token), [503, "overloaded"]);
  await server.connect(`?token=${key}`);
  const again = await server.post("/v1/token", {}, bearer(token));
  assertEquals([again.status, (await again.json()).error.code], [403, "forbidden"]);
  const wrong = await server.post("/v1/token", { expires_in: 1e9 }, bearer(key!));
  assertEquals([wrong.status, (await wrong.json()).error.field], [400, "expires_in"]);
  const stranger = await server.post("/v1/token", {});
  assertEquals(stranger.status, 401);
  await stranger.body?.cancel();
});

Deno.test("a key's characters of a minute are for all of its sessions and tokens", async () => {
  const { path, keys: [key] } = await keyFile({ tenant: "a", weight: 1, charactersPerMinute: 30 });
  await using server = new TestServer({ config: { apiKeysFile: path } });
  const { token } = await (await server.post("/v1/token", {}, bearer(key!))).json();
  const first = await server.connect(`?token=${key}`);
  const second = await server.connect(`?token=${token}`);
  for (const client of [first, second]) {
    const { limits } = client.of("session_started")[0]!;
    assertEquals(limits.max_characters_per_minute, 30);
  }
  first.send({ type: "text", text: "Twenty characters...", final: true });
  await first.next("utterance_ended");
  second.send({ type: "text", text: "Twenty characters...", final: true });
  const { code, field, limit, retry_after_ms } = await second.next("error");
  assertEquals([code, field, limit, retry_after_ms > 0], ["rate_limited", "text", 30, true]);
  const spoken = await server.post("/v1/audio/speech", {
    model: "tts-1",
    voice: "one",
    input: "Twenty characters...",
    response_format: "pcm",
  }, bearer(key!));
  assertEquals([spoken.status, Number(spoken.headers.get("retry-after")) > 0], [429, true]);
  await spoken.body?.cancel();
});

Deno.test("without keys there are no tokens", async () => {
  await using server = new TestServer();
  const answer = await server.post("/v1/token", {});
  assertEquals([answer.status, (await answer.json()).error.code], [403, "forbidden"]);
});

Deno.test("wrong keys are slowed down, and that is counted", async () => {
  await using server = new TestServer({ config: { apiKeys: ["a-key-of-some-length"] } });
  const answers: [number, string][] = [];
  for (let guess = 0; guess < 12; guess++) answers.push(await knock(server, `wrong-key-${guess}`));
  assertEquals(answers.slice(0, 10).every(([status]) => status === 401), true);
  assertEquals(answers.at(-1), [429, "rate_limited"]);
  const slow = await server.get("/v1/voices", bearer("a-key-of-some-length"));
  assertEquals(slow.status, 429);
  assert(Number(slow.headers.get("retry-after")) > 0);
  assert((await slow.json()).error.retry_after_ms > 0);
  const reasons = server.facts.filter((fact) => fact.type === "session_refused");
  assertEquals(reasons.at(-1)!.reason, "slow");
});

Deno.test("pages of other origins are refused, and their browsers are told nothing", async () => {
  await using server = new TestServer({ config: { allowedOrigins: ["https://good.example"] } });
  const good = await server.get("/v1/voices", { origin: "https://good.example" });
  assertEquals([good.status, good.headers.get("access-control-allow-origin")], [200, "*"]);
  await good.body?.cancel();
  const bad = await server.get("/v1/voices", { origin: "https://bad.example" });
  assertEquals([bad.status, bad.headers.get("access-control-allow-origin")], [403, null]);
  assertEquals((await bad.json()).error.field, "origin");
});

Deno.test("no answer may be taken for something else than it says", async () => {
  await using server = new TestServer();
  const paths = [
    "/",
    "/v1/voices",
    "/metrics",
    "/metrics/summary",
    "/health",
    "/openapi.json",
    "/no",
  ];
  for (const path of paths) {
    const answer = await server.get(path);
    assertEquals([path, answer.headers.get("x-content-type-options")], [path, "nosniff"]);
    assert(answer.headers.get("content-type") !== null, path);
    await answer.body?.cancel();
  }
  const page = await server.get("/");
  assertStringIncludes(page.headers.get("content-security-policy")!, "default-src");
  assertEquals(page.headers.get("referrer-policy"), "no-referrer");
  await page.body?.cancel();
});

Deno.test("one address may take so many places, whatever it connects to", async () => {
  await using server = new TestServer({ config: { maxSessionsPerAddress: 2 } });
  await server.connect();
  await server.open("/v1/speak");
  const refused = await server.get("/v1/session", { upgrade: "websocket" });
  assertEquals([refused.status, refused.headers.get("retry-after")], [503, "5"]);
  assertStringIncludes((await refused.json()).error.message, "one address");
});

Deno.test("a key file that cannot be used stops the start, and says why", async () => {
  const start = (apiKeysFile: string) => () => new TestServer({ config: { apiKeysFile } });
  assertThrows(start("/nowhere/keys.json"), ConfigError, "API_KEYS_FILE");
  const { path } = await keyFile();
  await Deno.writeTextFile(path, '{"keys": [1]}');
  assertThrows(start(path), ConfigError, "keys[0] must be an object");
});

Deno.test("a server that is full of work says so before those who are served hear it", async () => {
  // Each sentence keeps its worker for half a second: two workers cannot speak to a crowd.
  await using server = new TestServer({
    config: { workers: 2, maxLateMs: 100 },
    script: () => [{ waitMs: 500 }, { audioMs: 200 }],
  });
  const clients = await Promise.all(Array.from({ length: 12 }, () => server.connect()));
  for (const client of clients) client.send({ type: "text", text: "Hello.", final: true });
  const isOverloaded = () =>
    server.get("/v1/session", { upgrade: "websocket" }).then(async (response) => {
      const { message } = (await response.json()).error;
      return response.status === 503 && message.includes("worker");
    });
  let refused = false;
  for (let attempt = 0; attempt < 100 && !refused; attempt++) {
    refused = await isOverloaded();
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  assert(refused, "no new session was refused");
  await Promise.all(clients.map((client) => client.next("utterance_ended")));
  while (await isOverloaded()) await new Promise((resolve) => setTimeout(resolve, 50));
});
