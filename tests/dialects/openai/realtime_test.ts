import { assert, assertEquals } from "@std/assert";
import type { Script } from "../../../src/backends/scripted.ts";
import { TestServer } from "../../helpers/server.ts";
import type { WsClient } from "../../helpers/ws_client.ts";
import { assertNothingLeft, nativeBytes } from "../helpers/audio.ts";

const PATH = "/v1/realtime?model=gpt-realtime";
const TEXT = "Hello there, everybody. How are you today?";

/** A text sounds the same every time. */
const byText: Script = ({ text }) => [{ audioMs: 100 + text.length, mark: text.length }];

/** The first sentence has some audio; those after it never come. */
const stuckAfterFirst: Script = function* (_request, call) {
  if (call === 0) yield { audioMs: 400 };
  else yield { stall: true };
};

function write(client: WsClient, text: string): void {
  const content = [{ type: "input_text", text }];
  const item = { type: "message", role: "user", content };
  client.send({ type: "conversation.item.create", item });
}

/** Says a text to its end; gives what was told of the response's end. */
async function speak(client: WsClient, text: string, response: object = {}) {
  write(client, text);
  client.send({ type: "response.create", response });
  return (await client.next("response.done")).response;
}

/** Says a text whose second sentence never comes; gives the item, when there is audio of it. */
async function speakOn(client: WsClient): Promise<{ readonly itemId: string }> {
  write(client, TEXT);
  client.send({ type: "response.create" });
  const { item_id } = await client.next("response.output_audio.delta");
  return { itemId: item_id };
}

/** All audio of a response. */
async function audioOf(client: WsClient, { id }: { id: string }): Promise<Uint8Array> {
  const parts = client.of("response.output_audio.delta")
    .filter((delta) => delta.response_id === id)
    .map((delta) => Uint8Array.fromBase64(delta.delta));
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

const FORMATS = [
  { name: "audio/pcm", query: "&sample_rate=24000" },
  { name: "audio/pcmu", query: "&encoding=mulaw&sample_rate=8000" },
  { name: "audio/pcma", query: "&encoding=alaw&sample_rate=8000" },
];

for (const { name, query } of FORMATS) {
  Deno.test(`Realtime's ${name} is what a native client hears, byte for byte`, async () => {
    await using server = new TestServer({ script: byText });
    const client = await server.open(PATH);
    const output = { format: { type: name } };
    client.send({ type: "session.update", session: { type: "realtime", audio: { output } } });
    const response = await speak(client, TEXT);
    assertEquals(response.status, "completed");
    assertEquals(await audioOf(client, response), await nativeBytes(server, TEXT, query));
    client.close();
    await assertNothingLeft(server);
  });
}

Deno.test("Realtime's format can be changed between responses, back and forth", async () => {
  await using server = new TestServer({ script: byText });
  const client = await server.open(PATH);
  for (const [index, format] of ["pcm16", "g711_ulaw", "g711_ulaw", "pcm16"].entries()) {
    const response = await speak(client, TEXT, { output_audio_format: format });
    assertEquals(response.status, "completed");
    const { query } = FORMATS[format === "pcm16" ? 0 : 1]!;
    const expected = await nativeBytes(server, TEXT, query);
    assertEquals(await audioOf(client, response), expected, `response ${index}`);
  }
  client.close();
  await assertNothingLeft(server);
});

Deno.test("Realtime says one response after the other, each with its transcript", async () => {
  await using server = new TestServer();
  const client = await server.open(PATH);
  for (const text of [TEXT, "And this is another one."]) {
    const { output } = await speak(client, text);
    assertEquals(output[0].content, [{ type: "output_audio", transcript: text }]);
  }
  const deltas = client.of("response.output_audio_transcript.delta").map((event) => event.delta);
  assertEquals(deltas.join(""), `${TEXT}And this is another one.`);
});

Deno.test("a Realtime response that is cancelled stops being synthesised", async () => {
  await using server = new TestServer({ script: stuckAfterFirst });
  const client = await server.open(PATH);
  await speakOn(client);
  client.send({ type: "response.cancel" });
  const { response } = await client.next("response.done");
  assertEquals(response.status, "cancelled");
  assertEquals(server.backend.counts.cancelled, 1);
  client.send({ type: "response.cancel", event_id: "again" });
  const { error } = await client.next("error");
  assertEquals([error.code, error.event_id], ["response_cancel_not_active", "again"]);
  client.close();
  await assertNothingLeft(server);
});

Deno.test("a Realtime response that is truncated stops at what was heard", async () => {
  await using server = new TestServer({ script: stuckAfterFirst });
  const client = await server.open(PATH);
  const { itemId: item_id } = await speakOn(client);
  // The first message is one frame of 20 ms.
  const heard = { item_id, content_index: 0, audio_end_ms: 15 };
  client.send({ type: "conversation.item.truncate", ...heard });
  const truncated = await client.next("conversation.item.truncated");
  assertEquals({ ...truncated, ...heard }, truncated);
  assertEquals((await client.next("response.done")).response.status, "cancelled");
  const report = server.facts.find((fact) => fact.type === "barge_in");
  assert(report?.type === "barge_in");
  assertEquals(report.utterances, 1);
  client.close();
  await assertNothingLeft(server);
});

Deno.test("cancelling and then truncating is one barge-in", async () => {
  await using server = new TestServer({ script: stuckAfterFirst });
  const client = await server.open(PATH);
  const { itemId: item_id } = await speakOn(client);
  client.send({ type: "response.cancel" });
  client.send({ type: "conversation.item.truncate", item_id, content_index: 0, audio_end_ms: 0 });
  client.send({ type: "output_audio_buffer.clear" });
  await client.next("conversation.item.truncated");
  await client.next("output_audio_buffer.cleared");
  assertEquals(server.facts.filter((fact) => fact.type === "barge_in").length, 1);
  client.send({ type: "conversation.item.retrieve", item_id });
  const { item } = await client.next("conversation.item.retrieved");
  assertEquals(item.content, [{ type: "output_audio", transcript: "" }]);
});

Deno.test("a Realtime client that is gone leaves nothing behind", async () => {
  await using server = new TestServer({ script: stuckAfterFirst });
  const client = await server.open(PATH);
  await speakOn(client);
  client.close();
  await assertNothingLeft(server);
});

Deno.test("a Realtime response that fails is told as failed, and the next one is said", async () => {
  await using server = new TestServer({
    script: function* (_request, call) {
      if (call === 0) yield { fail: "the engine has gone" };
      else yield { audioMs: 100 };
    },
  });
  const client = await server.open(PATH);
  assertEquals((await speak(client, "Hello there.")).status, "failed");
  const [{ error }] = client.of("error") as [Record<string, Record<string, unknown>>];
  assertEquals([error!.type, error!.code], ["server_error", "synthesis_failed"]);
  assertEquals((await speak(client, "Hello there.")).status, "completed");
});

Deno.test("Realtime survives messages that it cannot use, and says whose they were", async () => {
  await using server = new TestServer();
  const client = await server.open(PATH);
  const refusals: [object | string, string, string | null][] = [
    ["hello", "bad_json", null],
    [{ type: "conversation.foo", event_id: "a" }, "invalid_value", "a"],
    [{ type: "response.create", event_id: "b" }, "nothing_to_say", "b"],
    [{ type: "input_audio_buffer.append", event_id: "c" }, "unsupported_value", "c"],
  ];
  for (const [message, code, event_id] of refusals) {
    client.send(message);
    const { error } = await client.next("error");
    assertEquals([error.code, error.event_id], [code, event_id]);
  }
  assertEquals((await speak(client, TEXT)).status, "completed");
});

Deno.test("Realtime takes a browser's key from its subprotocols, and answers with one", async () => {
  await using server = new TestServer({ config: { apiKeys: ["sk-right"] } });
  const client = await server.open(PATH, ["realtime", "openai-insecure-api-key.sk-right"]);
  assertEquals(client.protocol, "realtime");
  await client.next("session.created");
  const beta = await server.open(PATH, [
    "realtime",
    "openai-insecure-api-key.sk-right",
    "openai-beta.realtime-v1",
  ]);
  assertEquals((await beta.next("session.created")).session.output_audio_format, "pcm16");
});

Deno.test("Realtime without a valid key is refused in OpenAI's words", async () => {
  await using server = new TestServer({ config: { apiKeys: ["sk-right"] } });
  const client = await server.open(PATH, ["realtime", "openai-insecure-api-key.sk-wrong"]);
  await client.closed;
  assertEquals(client.received, []);
  const response = await server.get(PATH, { authorization: "Bearer sk-wrong" });
  assertEquals([response.status, (await response.json()).error.code], [401, "invalid_api_key"]);
});

Deno.test("Realtime has neither calls nor transcription", async () => {
  await using server = new TestServer();
  for (const [query, field] of [["call_id=c", "call_id"], ["intent=transcription", "intent"]]) {
    const response = await server.get(`/v1/realtime?${query}`);
    assertEquals([response.status, (await response.json()).error.param], [400, field]);
  }
});

Deno.test("Realtime's sessions have a dialect, and end when the server stops", async () => {
  await using server = new TestServer();
  const client = await server.open(PATH);
  await client.next("session.created");
  const started = server.facts.find((fact) => fact.type === "session_started");
  assertEquals(started?.type === "session_started" && started.dialect, "openai_realtime");
  await server.server.stop(1_000);
  assertEquals((await client.closed).code, 1001);
});

Deno.test("a Realtime response that a stopping server cuts off has failed, and was not cancelled", async () => {
  await using server = new TestServer({ script: () => [{ audioMs: 20_000 }] });
  const client = await server.open(PATH);
  await speakOn(client);
  const stopped = server.server.stop(100);
  const { response } = await client.next("response.done");
  assertEquals([response.status, response.status_details], ["failed", {
    type: "failed",
    error: { type: "server_error", code: "session_ended" },
  }]);
  assertEquals((await client.closed).code, 1001);
  await stopped;
});
