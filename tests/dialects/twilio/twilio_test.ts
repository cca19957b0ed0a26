/**
 * Phone calls over Twilio's Media Streams, on real sockets, with a telephone of the tests' own:
 * Twilio offers no program that speaks its end.
 */

import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { steadyScript } from "../../../src/backends/scripted.ts";
import { decodeMulaw } from "../../../src/lib/pcm/g711.ts";
import { readTwilio } from "../../../src/dialects/twilio/media_stream.ts";
import { Calls } from "../../../src/http/vendors/twilio/calls.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { TestServer, until } from "../../helpers/server.ts";
import { assertNothingLeft, nativeBytes } from "../helpers/audio.ts";
import { Phone } from "./phone.ts";

const CALL = "CA00000000000000000000000000000001";
const TEXT = "One two three four five. Six seven eight nine ten.";

function dial(server: TestServer, parameters: Record<string, string> = {}, callSid = CALL): Phone {
  return new Phone(`ws://${server.host}/twilio/stream`, { callSid, parameters });
}

Deno.test("Twilio's messages are read, and nothing else is", () => {
  const start = { streamSid: "MZ1", callSid: "CA1", customParameters: { a: "b", n: 1 } };
  assertEquals(readTwilio(JSON.stringify({ event: "start", start })), {
    event: "start",
    streamSid: "MZ1",
    callSid: "CA1",
    parameters: { a: "b" },
  });
  assertEquals(readTwilio('{"event":"media","media":{"payload":"AQI="}}'), {
    event: "media",
    audio: new Uint8Array([1, 2]),
  });
  assertEquals(readTwilio('{"event":"mark","mark":{"name":"7"}}'), { event: "mark", name: "7" });
  assertEquals(readTwilio('{"event":"dtmf","dtmf":{"digit":"5"}}'), { event: "dtmf", digit: "5" });
  for (
    const wrong of [
      "",
      "[]",
      "{}",
      '{"event":"start"}',
      '{"event":"media","media":{"payload":"?"}}',
    ]
  ) {
    assertEquals(readTwilio(wrong), undefined);
  }
});

Deno.test("a session speaks to a phone call, sample for sample", async () => {
  await using server = new TestServer({
    script: ({ text }) => [{ audioMs: 30 * text.length, mark: text.length }],
  });
  const wanted = await nativeBytes(server, TEXT, "&encoding=mulaw&sample_rate=8000");
  const phone = dial(server);
  const client = await server.connect(`?call=${CALL}&lead_ms=unpaced`);
  client.send({ type: "text", text: TEXT, final: true });
  await client.next("utterance_ended");
  await until(() => phone.waitingMs * 8 === wanted.length, "all audio");
  phone.play(60_000);
  assertEquals(phone.played, wanted);
  assert(decodeMulaw(phone.played).some((sample) => sample !== 0));
  assertEquals(client.of("audio"), []);
  assert(phone.of("media").every((message) => message.streamSid === phone.streamSid));
  client.close();
  phone.hangUp();
  assertEquals((await phone.closed).code, 1000);
  await assertNothingLeft(server);
});

Deno.test("an interrupted call is silent at once, and its marks tell what was heard", async () => {
  await using server = new TestServer({ script: steadyScript({ audioMs: 4_000 }) });
  const phone = dial(server);
  const client = await server.connect(`?call=${CALL}&lead_ms=5000`);
  client.send({ type: "text", text: TEXT, final: true });
  await until(() => phone.waitingMs >= 4_000, "audio ahead of the caller's ear");
  phone.play(1_000);
  // What comes after the marks on the same socket has come after them.
  phone.send({ event: "dtmf", streamSid: phone.streamSid, dtmf: { track: "inbound", digit: "1" } });
  await client.next("dtmf");
  client.send({ type: "barge_in" });
  const report = await client.next("barge_in");
  assertEquals(report.estimated, false);
  assertAlmostEquals(report.played_ms, 1_000, 500);
  assertEquals(report.heard_text + report.unheard_text, TEXT);
  await until(() => phone.of("clear").length === 1, "the clear message");
  assertEquals(phone.waitingMs, 0);
  const before = phone.received.length;
  client.send({ type: "text", text: "Again.", final: true });
  await client.next("utterance_ended");
  assertEquals(phone.received.slice(before).every(({ event }) => event !== "clear"), true);
  await until(() => phone.waitingMs > 0, "the next reply");
});

Deno.test("the caller's voice and keys reach the session's client, if it wants them", async () => {
  await using server = new TestServer();
  const phone = dial(server);
  const client = await server.connect(`?call=${CALL}&call_audio=1`);
  const voice = new Uint8Array(160).fill(0x7f);
  phone.speak(voice);
  phone.send({ event: "dtmf", streamSid: phone.streamSid, dtmf: { track: "inbound", digit: "5" } });
  assertEquals((await client.next("dtmf")).digit, "5");
  assertEquals(client.of("audio"), [voice]);
  client.close();
  await until(() => server.server.stats.connections === 1, "the call to be free");
  const deaf = await server.connect(`?call=${CALL}`);
  phone.speak(voice);
  phone.send({ event: "dtmf", streamSid: phone.streamSid, dtmf: { track: "inbound", digit: "6" } });
  await deaf.next("dtmf");
  assertEquals(deaf.of("audio"), []);
});

Deno.test("who hangs up ends the session in mid-speech, with the report of what was heard", async () => {
  await using server = new TestServer({ script: steadyScript({ audioMs: 4_000 }) });
  const phone = dial(server);
  const client = await server.connect(`?call=${CALL}`);
  client.send({ type: "text", text: TEXT, final: true });
  await client.next("sentence_started");
  phone.close();
  const report = await client.next("barge_in");
  assertEquals(report.heard_text + report.unheard_text, TEXT);
  assertEquals((await client.closed).code, 1000);
  await assertNothingLeft(server);
});

Deno.test("a client that vanishes leaves a silent call, which the next one may take", async () => {
  await using server = new TestServer({ script: steadyScript({ audioMs: 4_000 }) });
  const phone = dial(server);
  const client = await server.connect(`?call=${CALL}&lead_ms=2000`);
  client.send({ type: "text", text: TEXT, final: true });
  await until(() => phone.waitingMs > 0, "audio");
  client.close();
  await until(() => phone.of("clear").length > 0 && phone.waitingMs === 0, "silence");
  const next = await server.connect(`?call=${CALL}`);
  next.send({ type: "text", text: "Hello.", final: true });
  await until(() => phone.waitingMs > 0, "audio of the next session");
});

Deno.test("a session may come before its call, and is refused if none comes", async () => {
  await using server = new TestServer();
  const early = server.connect(`?call=${CALL}`);
  const phone = dial(server);
  await early;
  const second = await server.get(`/v1/session?call=${CALL}`, upgradeHeaders);
  assertEquals([second.status, (await second.json()).error.code], [409, "busy"]);
  const encoding = await server.get(`/v1/session?call=${CALL}&encoding=opus`, upgradeHeaders);
  assertStringIncludes(JSON.stringify(await encoding.json()), "mulaw");
  const wrong = await server.get("/v1/session?call=a/b", upgradeHeaders);
  assertEquals((await wrong.json()).error.field, "call");
  phone.hangUp();
});

Deno.test("who waits for a call that does not come is told so, and waits no longer", async () => {
  const clock = new FakeClock();
  const calls = new Calls(clock);
  const signal = new AbortController();
  const late = calls.find(CALL, signal.signal);
  clock.advance(9_999);
  const gone = calls.find(CALL, signal.signal);
  clock.advance(1);
  assertEquals(await late, undefined);
  signal.abort();
  assertEquals(await gone, undefined);
  assertEquals(clock.pending, 0);
});

/** As a WebSocket would ask, but so that the refusal can be read. */
const upgradeHeaders = {
  "upgrade": "websocket",
  "connection": "Upgrade",
  "sec-websocket-version": "13",
  "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
};

Deno.test("with keys, Twilio shows one as a parameter of the stream", async () => {
  const key = "a-key-of-some-length";
  await using server = new TestServer({ config: { apiKeys: [key] } });
  const stranger = dial(server, { token: "wrong-key-altogether" });
  const refused = await stranger.closed;
  assertEquals(refused.code, 1008);
  assertStringIncludes(refused.reason, "token");
  const phone = dial(server, { token: key });
  const client = await server.connect(`?call=${CALL}&token=${key}`);
  const twice = dial(server, { token: key });
  assertStringIncludes((await twice.closed).reason, "already");
  client.send({ type: "text", text: "Hello.", final: true });
  await until(() => phone.waitingMs > 0, "audio");
  phone.close();
  await client.closed;
  await assertNothingLeft(server);
});
