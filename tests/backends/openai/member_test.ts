import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { MemberError } from "../../../src/backends/fleet/member.ts";
import { toBytes } from "../../../src/lib/pcm/bytes.ts";
import { wavHeader } from "../../../src/lib/pcm/wav.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { until } from "../embedded_helpers.ts";
import { Cable } from "./cable.ts";
import { connect, rest, speak } from "./connect.ts";
import { Body, freePort, inPieces, json, SpeechServer, tone } from "./speech_server.ts";

const never = new AbortController().signal;

Deno.test("a sentence is asked for as OpenAI's documentation says", async () => {
  await using server = SpeechServer.start();
  using connection = connect(server, { apiKey: "sk-secret" });
  const stream = connection.member.synthesize(
    { text: "Hello \ud800there.", voice: "nova", speed: 1 },
    { signal: never, metadata: { "x-request-id": "r1", "traceparent": "00-a" } },
  );
  assertEquals(await rest(stream[Symbol.asyncIterator]()), [...tone(2_400)]);
  const [{ headers, body }] = server.spoken as [typeof server.spoken[0]];
  assertEquals(body, {
    model: "tts-1",
    input: "Hello \ufffdthere.",
    voice: "nova",
    response_format: "pcm",
  });
  assertEquals(headers.get("authorization"), "Bearer sk-secret");
  assertEquals(headers.get("content-type"), "application/json");
  assertEquals(headers.get("accept-encoding"), "identity");
  assertEquals([headers.get("x-request-id"), headers.get("traceparent")], ["r1", "00-a"]);
});

Deno.test("speed and streaming are asked for where they are wanted, and no key without one", async () => {
  await using server = SpeechServer.start();
  using connection = connect(server, { model: "kokoro", stream: true });
  const request = { text: "Hello.", voice: "af_bella", speed: 1.5 };
  await rest(connection.member.synthesize(request, { signal: never })[Symbol.asyncIterator]());
  const { headers, body } = server.spoken[0]!;
  assertEquals(body, {
    model: "kokoro",
    input: "Hello.",
    voice: "af_bella",
    response_format: "pcm",
    speed: 1.5,
    stream: true,
  });
  assertEquals(headers.get("authorization"), null);
});

Deno.test("audio is passed on as it arrives, whatever pieces it comes in", async () => {
  const pcm = tone(3_000);
  const body = new Body();
  await using server = SpeechServer.start({ speech: () => new Response(body.stream) });
  using connection = connect(server);
  const stream = speak(connection.member);
  const bytes = toBytes(pcm);
  const first = stream.next();
  // 500 samples, and half of one.
  await body.send(bytes.slice(0, 1_001));
  const { value } = await first;
  assertEquals([...value!.pcm], [...pcm.slice(0, 500)]);
  await body.send(bytes.slice(1_001));
  await body.end();
  assertEquals(await rest(stream), [...pcm.slice(500)]);

  server.speech = () => inPieces(bytes, [1, 333, 2, 1_024, 7]);
  assertEquals(await rest(speak(connection.member)), [...pcm]);
});

Deno.test("a WAV file is streamed like raw audio, at its own rate", async () => {
  const body = new Body();
  await using server = SpeechServer.start({
    speech: () => new Response(body.stream, { headers: { "content-type": "audio/wav" } }),
  });
  using connection = connect(server, { sampleRate: 16_000 });
  const stream = speak(connection.member);
  const first = stream.next();
  await body.send(wavHeader("pcm_s16le", 16_000));
  await body.send(toBytes(tone(100)));
  assertEquals((await first).value!.pcm.length, 100);
  await body.end();
  assertEquals(await rest(stream), []);
});

Deno.test("a synthesis begins when it is first read, and may begin slowly", async () => {
  const gate = Promise.withResolvers<void>();
  await using server = SpeechServer.start({
    speech: async () => {
      await gate.promise;
      return new Response(toBytes(tone(10)));
    },
  });
  using connection = connect(server);
  const stream = speak(connection.member);
  await connection.member.probe(never);
  assertEquals(server.spoken.length, 0);
  const samples = rest(stream);
  await until(() => server.spoken.length === 1, "the sentence is asked for");
  gate.resolve();
  assertEquals(await samples, [...tone(10)]);
});

for (const when of ["before the answer", "in the middle of it"]) {
  Deno.test(`an abort ${when} ends the stream at once, and the server is told`, async () => {
    let gone = 0;
    const body = new Body();
    await using server = SpeechServer.start({
      speech: (_, stop) => {
        stop.addEventListener("abort", () => gone++);
        return when === "in the middle of it"
          ? new Response(body.stream)
          : new Promise((resolve) => stop.addEventListener("abort", () => resolve(json({}))));
      },
    });
    using connection = connect(server);
    const abort = new AbortController();
    const stream = speak(connection.member, "Hello.", abort.signal);
    let next = stream.next();
    await until(() => server.spoken.length === 1, "the sentence is asked for");
    if (when === "in the middle of it") {
      await body.send(toBytes(tone(10)));
      assertEquals((await next).value!.pcm.length, 10);
      next = stream.next();
    }
    const reason = new Error("interrupted");
    abort.abort(reason);
    assertStrictEquals(await assertRejects(() => next), reason);
    await until(() => gone === 1, "the server knows");
    assertEquals((await stream.next()).done, true);
    await body.end();
  });
}

Deno.test("a stream that is no longer read is cancelled", async () => {
  let gone = false;
  const body = new Body();
  await using server = SpeechServer.start({
    speech: (_, stop) => {
      stop.addEventListener("abort", () => gone = true);
      return new Response(body.stream);
    },
  });
  using connection = connect(server);
  const stream = speak(connection.member);
  const first = stream.next();
  await body.send(toBytes(tone(10)));
  await first;
  await stream.return!();
  await until(() => gone, "the server knows");
  await body.end();
});

Deno.test("nothing is asked for when it is too late", async () => {
  await using server = SpeechServer.start();
  using connection = connect(server);
  const reason = new Error("interrupted");
  const stream = speak(connection.member, "Hello.", AbortSignal.abort(reason));
  assertStrictEquals(await assertRejects(() => stream.next()), reason);
  await connection.member.probe(never);
  assertEquals(server.spoken, []);
});

Deno.test("each failure of the server is told as what it is", async () => {
  await using server = SpeechServer.start();
  using connection = connect(server, { apiKey: "sk-secret" });
  const cases: [Response, string, string][] = [
    [json({ error: { message: "bad key sk-secret" } }, 401), "internal", "it refuses the API key"],
    [json({ detail: "no" }, 403), "internal", "the API key does not allow this"],
    [json({ detail: "Voice 'x' not found" }, 404), "not_found", "it has no such voice"],
    [json({ detail: "Not Found" }, 404), "internal", "there is no such service"],
    [json({ detail: "too long" }, 400), "invalid", "it does not take the request"],
    [json({ detail: [{ loc: ["body"], msg: "no" }] }, 422), "invalid", "it does not take"],
    [json({}, 429, { "retry-after": "3" }), "overloaded", "it is too busy"],
    [json({ detail: "CUDA" }, 500), "internal", "it failed (HTTP 500): CUDA"],
    [new Response("", { status: 503 }), "unavailable", "it is not available"],
    [Response.redirect(`${server.url}/audio/speech`), "internal", "it is at another address"],
    [new Response("x", { headers: { "content-type": "audio/mpeg" } }), "internal", "audio/mpeg"],
    [json({ ok: true }), "internal", "it answers with application/json"],
    [new Response(toBytes(tone(3)).slice(0, 5)), "internal", "in the middle of a sample"],
    [new Response(new Uint8Array(0)), "internal", "it gave no audio"],
    [new Response(null), "internal", "it gave no audio"],
  ];
  for (const [response, code, message] of cases) {
    server.speech = () => response;
    const failing = () => rest(speak(connection.member, "Do not write this down."));
    const error = await assertRejects(failing, MemberError, message);
    assertEquals(error.code, code, message);
    assertEquals(error.retryAfterMs, code === "overloaded" ? 3_000 : undefined);
    assertEquals(error.message.includes("sk-secret"), false);
  }
  assertEquals(server.spoken.length, cases.length);
});

Deno.test("a server's words are not passed on when they quote the text", async () => {
  await using server = SpeechServer.start({
    speech: ({ body }) => json({ detail: `cannot say "${body.input}"` }, 500),
  });
  using connection = connect(server);
  const error = await assertRejects(() => rest(speak(connection.member)), MemberError);
  assertEquals(error.message, "it failed (HTTP 500)");
});

Deno.test("silence is whole where there is nothing to be heard", async () => {
  await using server = SpeechServer.start({ speech: () => new Response(null) });
  using connection = connect(server);
  assertEquals(await rest(speak(connection.member, "...")), []);
});

Deno.test("a body that breaks off is not whole, though its audio is passed on", async () => {
  const body = new Body();
  await using server = SpeechServer.start({ speech: () => new Response(body.stream) });
  await using cable = new Cable(server.port);
  using connection = connect(cable);
  const stream = speak(connection.member);
  const first = stream.next();
  await body.send(toBytes(tone(100)));
  assertEquals((await first).value!.pcm.length, 100);
  const second = stream.next();
  cable.cut();
  assertEquals((await assertRejects(() => second, MemberError)).code, "unavailable");
  await body.end();
});

Deno.test("a body shorter than it was said to be is not whole", async () => {
  const head = "HTTP/1.1 200 OK\r\ncontent-type: audio/pcm\r\ncontent-length: 300\r\n\r\n";
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const serving = (async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(4_096));
      await connection.write(new TextEncoder().encode(head));
      await connection.write(toBytes(tone(100)));
      connection.close();
    }
  })();
  const address = `127.0.0.1:${listener.addr.port}`;
  {
    using connection = connect({ address, url: `http://${address}/v1` });
    const error = await assertRejects(() => rest(speak(connection.member)), MemberError);
    assertEquals(error.code, "unavailable");
  }
  listener.close();
  await serving;
});

Deno.test("a server that is not there, or hangs up, is unavailable", async () => {
  const address = `127.0.0.1:${freePort()}`;
  using connection = connect({ address, url: `http://${address}/v1` });
  const { member } = connection;
  for (const call of [() => rest(speak(member)), () => member.probe(never)]) {
    const error = await assertRejects(call, MemberError, "Connection refused");
    assertEquals(error.code, "unavailable");
    assert(error.message.startsWith("client error"), error.message);
  }
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const hangingUp = (async () => {
    for await (const connection of listener) connection.close();
  })();
  const rude = `127.0.0.1:${listener.addr.port}`;
  {
    using connection = connect({ address: rude, url: `http://${rude}/v1` });
    const error = await assertRejects(() => rest(speak(connection.member)), MemberError);
    assertEquals(error.code, "unavailable");
  }
  listener.close();
  await hangingUp;
});

Deno.test("a key does not follow a redirection", async () => {
  await using thief = SpeechServer.start();
  await using server = SpeechServer.start({
    speech: () => Response.redirect(`${thief.url}/audio/speech`, 307),
  });
  using connection = connect(server, { apiKey: "sk-secret" });
  await assertRejects(
    () => rest(speak(connection.member)),
    MemberError,
    "another address (HTTP 307)",
  );
  assertEquals(thief.received, []);
});

Deno.test("closing ends what is under way", async () => {
  const body = new Body();
  await using server = SpeechServer.start({ speech: () => new Response(body.stream) });
  const { member } = connect(server);
  const stream = speak(member);
  const first = stream.next();
  await body.send(toBytes(tone(10)));
  await first;
  const second = stream.next();
  member.close();
  const error = await assertRejects(() => second, MemberError, "the connection is closed");
  assertEquals(error.code, "unavailable");
  await body.end();
});

/** A member's questions about its health, each of which is followed by a pause of some chance. */
class Polls {
  readonly #clock = new FakeClock();
  #ended = 0;
  readonly options = {
    clock: this.#clock,
    random: () => {
      this.#ended++;
      return 0.5;
    },
  };

  /** Lets time pass, and waits for the end of the question that is due then. */
  async next(ms: number): Promise<void> {
    const ended = this.#ended;
    this.#clock.advance(ms);
    await until(() => this.#ended > ended, "the question has come to an end");
  }

  /** Lets time pass in which no question is due. */
  pass(ms: number): void {
    this.#clock.advance(ms);
  }
}

Deno.test("a server that has just given audio is not asked whether it is there", async () => {
  await using server = SpeechServer.start();
  const polls = new Polls();
  using connection = connect(server, polls.options);
  const asked = () => server.received.length - server.spoken.length;
  await polls.next(0);
  polls.pass(4_000);
  await rest(speak(connection.member));
  await polls.next(1_000);
  assertEquals(asked(), 1);
  await polls.next(4_000);
  assertEquals(asked(), 2);
  assertEquals(connection.health, ["serving"]);
});

Deno.test("a server's health follows its answers, and a refused key is told without it", async () => {
  const port = freePort();
  const polls = new Polls();
  const troubles: string[] = [];
  using connection = connect({ address: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}/v1` }, {
    ...polls.options,
    apiKey: "sk-secret",
    onTrouble: ({ message }) => void troubles.push(message),
  });
  const { health } = connection;
  await polls.next(0);
  assertEquals([health, troubles.length], [[], 1]);
  assert(troubles[0]!.includes("Connection refused"), troubles[0]);
  let isKeyKnown = false;
  await using server = SpeechServer.start({
    port,
    models: ({ headers }) =>
      isKeyKnown && headers.get("authorization") === "Bearer sk-secret"
        ? json({ data: [] })
        : json({ detail: "no such key: sk-secret" }, 401),
  });
  await polls.next(1_000);
  assertEquals(health, ["not_serving"]);
  isKeyKnown = true;
  await polls.next(1_000);
  assertEquals(health, ["not_serving", "serving"]);
  // It has no such list, and is there.
  server.models = () => json({ detail: "Not Found" }, 404);
  await polls.next(5_000);
  assertEquals(health, ["not_serving", "serving"]);
  server.models = () => json({}, 500);
  await polls.next(5_000);
  assertEquals(health, ["not_serving", "serving", "not_serving"]);
  assertEquals(troubles.slice(1), [
    "it refuses the API key (HTTP 401): see the variable that key_env names",
    "it failed (HTTP 500)",
  ]);
  assertEquals(server.received.length, 4);
});

Deno.test("a probe asks for the models, and fails as the server does", async () => {
  await using server = SpeechServer.start();
  using connection = connect(server);
  await connection.member.probe(never);
  server.models = () => json({}, 500);
  const error = await assertRejects(() => connection.member.probe(never), MemberError);
  assertEquals(error.code, "internal");
  server.models = () => new Response("<html>Welcome!</html>");
  await assertRejects(() => connection.member.probe(never), MemberError, "/models gives no JSON");
  const reason = new Error("no time");
  server.models = (_, stop) =>
    new Promise((resolve) => stop.addEventListener("abort", () => resolve(json({}))));
  const abort = new AbortController();
  const asked = server.received.length;
  const probing = connection.member.probe(abort.signal);
  await until(() => server.received.length > asked, "the server is asked");
  abort.abort(reason);
  assertStrictEquals(await assertRejects(() => probing), reason);
});
