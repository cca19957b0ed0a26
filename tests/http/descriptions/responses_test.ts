/**
 * Every answer that the OpenAPI document describes, from a running server, against its schema.
 */

import { assert, assertEquals } from "@std/assert";
import { TestServer, until } from "../../helpers/server.ts";
import {
  isSocket,
  type OpenApi,
  openApiOf,
  type Place,
  placesOf,
  ResponseChecker,
} from "./documents.ts";

const KEY = "a-key-of-sixteen-characters";
const WRONG = "another-key-of-such-a-length";

/** Described answers that no request of a test can bring about. */
const UNSEEN: readonly RegExp[] = [
  // A body would have to take 10 s.
  / 408$/,
  // The profiler would have to be without its permission.
  /^GET \/debug\/\w+ 500$/,
  // Two recordings would have to overlap, which `tests/http/admin_test.ts` has them do.
  /^GET \/debug\/\w+ 409$/,
  // A call would have to be connected, or to be waited for; `tests/dialects/twilio` does that.
  /^GET \/v1\/session (404|409)$/,
];

/** Queries without which an operation has nothing to answer. */
const QUERIES: Readonly<Record<string, string>> = {
  "POST /v2/speak": "?model=one",
  "GET /v2/speak": "?model=one",
  "GET /debug/profile": "?seconds=0.1",
};

const BODIES: readonly (readonly [path: RegExp, body: object])[] = [
  [/^\/v\d\/speak/, { text: "Hello there." }],
  [/^\/v1\/audio\/speech/, { model: "tts-1", input: "Hello there.", voice: "one" }],
  [/^\/v1\/text-to-speech/, { text: "Hello there." }],
  [/^\/tts/, {
    transcript: "Hello there.",
    voice: { mode: "id", id: "one" },
    output_format: { container: "raw", encoding: "pcm_s16le", sample_rate: 16_000 },
  }],
  [/^\/v1\/token/, {}],
];

const bodyOf = ({ path }: Place) => BODIES.find(([pattern]) => pattern.test(path))![1];

const needsKey = ({ operation }: Place) => operation.security === undefined;
const isAdmin = ({ operation: { security } }: Place) =>
  security !== undefined && security.length > 0;
const isPost = ({ method }: Place) => method === "POST";
const isSpeech = (place: Place) => isPost(place) && place.path !== "/v1/token";

interface Asked {
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** What stands for a name in the path. */
  readonly name?: string;
}

/** Asks servers, and checks what they say. */
class Asking {
  readonly places: readonly Place[];
  readonly checker: ResponseChecker;

  constructor(document: OpenApi) {
    this.places = placesOf(document);
    this.checker = new ResponseChecker(document);
  }

  place(method: string, path: string): Place {
    const found = this.places.find((place) => place.method === method && place.path === path);
    assert(found !== undefined, `${method} ${path} is not described`);
    return found;
  }

  /** Asks as the operation wants it, or otherwise; gives the body. */
  async ask(server: TestServer, place: Place, status: number, asked: Asked = {}): Promise<unknown> {
    const { method, path } = place;
    const query = asked.query ?? QUERIES[`${method} ${path}`] ?? "";
    const name = asked.name ?? (path.startsWith("/v1/models") ? "tts-1" : "one");
    const url = `http://${server.host}${path.replaceAll(/\{\w+\}/g, name)}${query}`;
    const body = isPost(place) ? asked.body ?? JSON.stringify(bodyOf(place)) : null;
    const response = await fetch(url, { method, headers: asked.headers ?? {}, body });
    assertEquals(response.status, status, `${method} ${path}${query}`);
    return await this.checker.check(place, response);
  }

  async askAll(
    server: TestServer,
    which: (place: Place) => boolean,
    status: number | ((place: Place) => number),
    asked: Asked = {},
  ): Promise<void> {
    const places = this.places.filter(which);
    assert(places.length > 0);
    for (const place of places) {
      await this.ask(server, place, typeof status === "number" ? status : status(place), asked);
    }
  }
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const isElevenLabs = ({ path }: Place) => path.startsWith("/v1/text-to-speech");
const isOpenAi = ({ path }: Place) => path === "/v1/audio/speech";

async function successes(asking: Asking): Promise<void> {
  await using server = new TestServer({ config: { apiKeys: [KEY] } });
  const headers = bearer(KEY);
  const isSlow = ({ path }: Place) => path === "/debug/heap";
  await asking.askAll(server, (place) => !isSocket(place) && !isSlow(place), 200, { headers });
  await asking.ask(server, asking.place("GET", "/v1/models"), 200, {
    headers: { "xi-api-key": KEY },
  });
  const sse = JSON.stringify({ input: "Hello.", stream_format: "sse" });
  await asking.ask(server, asking.place("POST", "/v1/audio/speech"), 200, { headers, body: sse });
}

async function heap(asking: Asking): Promise<void> {
  await using server = new TestServer();
  const place = asking.place("GET", "/debug/heap");
  const response = await server.get("/debug/heap");
  // All of it is too much to look at.
  await response.body?.cancel();
  await asking.checker.check(place, new Response("{}", response));
}

async function waterfall(asking: Asking): Promise<void> {
  await using server = new TestServer();
  const client = await server.connect("?lead_ms=unpaced");
  client.send({ type: "text", text: "One. Two.", final: true });
  await client.next("utterance_ended");
  const { session_id } = client.of("session_started")[0]!;
  const place = asking.place("GET", "/metrics/summary");
  const body = await asking.ask(server, place, 200, { query: `?session=${session_id}` });
  assertEquals((body as { session: string }).session, session_id);
  const summary = await asking.ask(server, place, 200) as { metrics: { characters: number } };
  assertEquals(summary.metrics.characters, 9);
}

async function sockets(asking: Asking): Promise<void> {
  await using server = new TestServer();
  const all = asking.places.filter(isSocket);
  for (const { method, path } of all) {
    const client = await server.open(
      path.replaceAll(/\{\w+\}/g, "one") + (QUERIES[`${method} ${path}`] ?? ""),
    );
    await client.opened;
    client.close();
    asking.checker.seen.add(`${method} ${path} 101`);
  }
  await asking.askAll(server, isSocket, 426);
  // A handshake of another version of the protocol.
  for (const place of all) await asking.ask(server, place, 426, { headers: { upgrade: "h2c" } });
}

async function strangers(asking: Asking): Promise<void> {
  const config = { apiKeys: [KEY], adminKeys: [KEY], allowedOrigins: ["https://good.example"] };
  await using server = new TestServer({ config });
  const guarded = (place: Place) => needsKey(place) || isAdmin(place);
  await asking.askAll(server, guarded, 401);
  await asking.ask(server, asking.place("GET", "/v1/models"), 401, {
    headers: { "xi-api-key": WRONG },
  });
  await asking.askAll(server, needsKey, 403, { headers: { origin: "https://bad.example" } });
  const headers = bearer(WRONG);
  for (const place of asking.places.filter(guarded)) {
    const guarding = isAdmin(place) ? "/metrics" : "/v1/voices";
    while (await statusOf(server.get(guarding, headers)) !== 429);
    await asking.ask(server, place, 429, { headers });
  }
}

async function statusOf(answer: Promise<Response>): Promise<number> {
  const { body, status } = await answer;
  await body?.cancel();
  return status;
}

async function proxies(asking: Asking): Promise<void> {
  await using server = new TestServer();
  await asking.askAll(server, isAdmin, 403, { headers: { "x-forwarded-for": "192.0.2.1" } });
}

async function badBodies(asking: Asking): Promise<void> {
  await using server = new TestServer({ config: { apiKeys: [KEY] } });
  const headers = bearer(KEY);
  await asking.askAll(server, isPost, (place) => isElevenLabs(place) ? 422 : 400, {
    headers,
    body: "[]",
  });
  const encoded = { ...headers, "content-encoding": "gzip" };
  await asking.askAll(server, isPost, 415, { headers: encoded });
  await asking.askAll(server, isPost, (place) => isOpenAi(place) ? 400 : 413, {
    headers,
    body: JSON.stringify({ text: "a".repeat(200_000) }),
  });
  const text = "a. ".repeat(4_000);
  await asking.askAll(server, isElevenLabsSpeech, 400, { headers, body: JSON.stringify({ text }) });
}

const isElevenLabsSpeech = (place: Place) => isElevenLabs(place) && isPost(place);

async function badQueries(asking: Asking): Promise<void> {
  await using server = new TestServer({ config: { unknownVoice: "error" } });
  const bad = [
    ["GET", "/v1/session", "?voice=nobody", 400],
    ["GET", "/v1/speak", "?model=nobody", 400],
    ["GET", "/v2/speak", "", 400],
    ["GET", "/v2/voices", "?page_size=0", 422],
    ["GET", "/voices", "?limit=0", 400],
    ["GET", "/v1/realtime", "?intent=transcription", 400],
    ["GET", "/v1/text-to-speech/{voice_id}/stream-input", "?output_format=x", 422],
    ["GET", "/v1/text-to-speech/{voice_id}/multi-stream-input", "?output_format=x", 422],
    ["GET", "/metrics/summary", "?nothing=1", 400],
    ["GET", "/metrics/summary", "?session=nobody", 404],
    ["GET", "/debug/profile", "?seconds=0", 400],
  ] as const;
  for (const [method, path, query, status] of bad) {
    await asking.ask(server, asking.place(method, path), status, { query });
  }
  const isNamed = ({ path }: Place) => path.includes("{");
  await asking.askAll(server, isNamed, 404, { name: "nobody" });
  await asking.ask(server, asking.place("POST", "/v1/token"), 403);
  // Half a handshake.
  const half = { upgrade: "websocket", connection: "upgrade" };
  for (const place of asking.places.filter(isSocket)) {
    const response = await handshake(server, place, half);
    assertEquals(response.status, 400);
    await asking.checker.check(place, response);
  }
}

/** `fetch` sets no header of an upgrade. */
async function handshake(
  server: TestServer,
  { path, method }: Place,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const [hostname, port] = server.host.split(":");
  using connection = await Deno.connect({ hostname: hostname!, port: Number(port) });
  const query = QUERIES[`${method} ${path}`] ?? "";
  const target = path.replaceAll(/\{\w+\}/g, "one") + query;
  const lines = Object.entries({ host: server.host, ...headers }).map(([k, v]) => `${k}: ${v}\r\n`);
  await connection.write(
    new TextEncoder().encode(`GET ${target} HTTP/1.1\r\n${lines.join("")}\r\n`),
  );
  let text = "";
  for (const decoder = new TextDecoder();;) {
    const part = new Uint8Array(8_192);
    const length = await connection.read(part);
    if (length === null) break;
    text += decoder.decode(part.subarray(0, length));
    const [head, body] = text.split("\r\n\r\n", 2) as [string, string?];
    const wanted = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    if (body !== undefined && body.length >= wanted) {
      const status = Number(head.split(" ")[1]);
      return new Response(body, { status, headers: { "content-type": "application/json" } });
    }
  }
  throw new Error(`no whole answer: ${text}`);
}

async function failures(asking: Asking): Promise<void> {
  await using server = new TestServer({ script: () => [{ fail: "no voice today" }] });
  await asking.askAll(server, isSpeech, 500);
}

async function fullness(asking: Asking): Promise<void> {
  await using server = new TestServer({ config: { maxSessions: 1 } });
  await server.connect();
  const twilio = asking.place("GET", "/twilio/stream");
  const isAsked = (place: Place) => place !== twilio && (isSpeech(place) || isSocket(place));
  await asking.askAll(server, isAsked, 503);
  // This one tells who asks in plain HTTP first that it is a WebSocket.
  const response = await handshake(server, twilio, {
    upgrade: "websocket",
    connection: "upgrade",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  });
  assertEquals(response.status, 503);
  await asking.checker.check(twilio, response);
}

async function withoutMetrics(asking: Asking): Promise<void> {
  await using server = new TestServer({ config: { metrics: false } });
  await asking.ask(server, asking.place("GET", "/metrics"), 404);
  await asking.ask(server, asking.place("GET", "/metrics/summary"), 404);
}

async function draining(asking: Asking): Promise<void> {
  await using server = new TestServer();
  const client = await server.connect();
  client.send({ type: "text", text: "One more thing" });
  await client.next("utterance_started");
  const stopped = server.server.stop(10_000);
  await client.next("draining");
  const isCheck = ({ path }: Place) => /^.(healthz?|readiness|readyz)$/.test(path);
  await asking.askAll(server, isCheck, 503);
  client.close();
  await stopped;
  await until(() => server.server.stats.connections === 0, "the end");
}

Deno.test("every answer is as its status and its schema have it, and every one is seen", async (t) => {
  await using server = new TestServer();
  const asking = new Asking(await openApiOf(server));
  const scenarios = {
    successes,
    heap,
    waterfall,
    sockets,
    strangers,
    proxies,
    badBodies,
    badQueries,
    failures,
    fullness,
    withoutMetrics,
    draining,
  };
  for (const [name, scenario] of Object.entries(scenarios)) {
    await t.step(name, () => scenario(asking));
  }
  const described = asking.places.flatMap(({ method, path, operation }) =>
    Object.keys(operation.responses).map((status) => `${method} ${path} ${status}`)
  );
  const unseen = described.filter((name) =>
    !asking.checker.seen.has(name) && !UNSEEN.some((pattern) => pattern.test(name))
  );
  assertEquals(unseen, []);
});
