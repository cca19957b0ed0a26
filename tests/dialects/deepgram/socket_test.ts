/** Deepgram's WebSockets, on real sockets. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Script, steadyScript } from "../../../src/backends/scripted.ts";
import { upgradeRequest } from "../../helpers/raw_client.ts";
import { TestServer, until } from "../../helpers/server.ts";
import type { WsClient } from "../../helpers/ws_client.ts";
import { assertNothingLeft, nativeBytes } from "../helpers/audio.ts";

const TEXT = "One two three four five. Six seven eight nine ten.";
const FLUSH = { type: "Flush" };
const CLOSE = { type: "Close" };

/** A text sounds the same every time. */
const byText: Script = ({ text }) => [{ audioMs: 30 * text.length, mark: text.length }];

/** Audio that is sent for longer than any test waits. */
const endless = steadyScript({ audioMs: 20_000 });

function speak(text: string) {
  return { type: "Speak", text };
}

async function audioOf(client: WsClient): Promise<Uint8Array<ArrayBuffer>> {
  const parts = client.of("audio") as unknown as Uint8Array<ArrayBuffer>[];
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

const FORMATS = [
  { query: "sample_rate=16000", native: "&sample_rate=16000" },
  { query: "", native: "&sample_rate=24000" },
  { query: "encoding=mulaw", native: "&encoding=mulaw&sample_rate=8000" },
  { query: "encoding=alaw&sample_rate=16000", native: "&encoding=alaw&sample_rate=16000" },
];

for (const { query, native } of FORMATS) {
  Deno.test(`Aura's stream with "${query}" is what a native client hears, sample for sample`, async () => {
    await using server = new TestServer({ script: byText, config: { dialectLeadMs: 60_000 } });
    const client = await server.open(`/v1/speak?${query}`);
    for (const word of TEXT.match(/\S+\s*/g)!) client.send(speak(word));
    client.send(FLUSH);
    await client.next("Flushed");
    assertEquals(await audioOf(client), await nativeBytes(server, TEXT, native));
    client.send(CLOSE);
    assertEquals((await client.closed).code, 1000);
    await assertNothingLeft(server);
  });
}

Deno.test("Flux' stream is what a native client hears, sample for sample", async () => {
  await using server = new TestServer({ script: byText, config: { dialectLeadMs: 60_000 } });
  const client = await server.open("/v2/speak?model=one");
  client.send(speak(TEXT));
  client.send(FLUSH);
  const end = await client.next("SpeechMetadata");
  const wanted = await nativeBytes(server, TEXT);
  assertEquals(await audioOf(client), wanted);
  assertEquals(end.audio_duration_ms, wanted.length / 32);
  client.send(CLOSE);
  assertEquals((await client.next("SessionMetadata")).total_audio_duration_ms, wanted.length / 32);
  assertEquals((await client.closed).code, 1000);
  await assertNothingLeft(server);
});

Deno.test("Deepgram's streams can be had at 32 and 44.1 kHz", async () => {
  await using server = new TestServer({ config: { dialectLeadMs: 60_000 } });
  for (const rate of [32_000, 44_100]) {
    const client = await server.open(`/v1/speak?sample_rate=${rate}`);
    client.send(speak("One."));
    client.send(FLUSH);
    await client.next("Flushed");
    // The resampler's rounding may take or give a sample.
    assert(Math.abs(client.audioBytes / 2 - rate / 10) <= 1, String(client.audioBytes));
    client.close();
  }
  await assertNothingLeft(server);
});

Deno.test("audio for Deepgram's clients comes ahead of real time, but no more than is set", async () => {
  await using server = new TestServer({ script: endless, config: { dialectLeadMs: 1_000 } });
  const client = await server.open("/v1/speak?sample_rate=16000");
  client.send(speak("One."));
  client.send(FLUSH);
  await until(() => client.audioBytes >= 900 * 32, "the lead");
  assert(client.audioBytes < 20_000 * 32);
  client.send({ type: "Clear" });
  await client.next("Cleared");
  const sent = client.audioBytes;
  client.send(FLUSH);
  await client.next("Flushed");
  assertEquals(client.audioBytes, sent);
  client.close();
  await assertNothingLeft(server);
});

Deno.test("an interruption of Flux stops the audio before it is told", async () => {
  await using server = new TestServer({ script: endless });
  const client = await server.open("/v2/speak?model=one");
  client.send(speak(TEXT));
  client.send(FLUSH);
  await client.next("audio");
  client.send({ type: "Interrupt", playback_offset: { type: "time_ms", value: 10 } });
  const told = await client.next("SpeechInterrupted");
  assertEquals([told.audio_played_ms, told.text_spoken, told.text_remaining], [10, "", TEXT]);
  const sent = client.audioBytes;
  client.send(CLOSE);
  await client.closed;
  assertEquals(client.audioBytes, sent);
  await assertNothingLeft(server);
});

for (const path of ["/v1/speak", "/v2/speak?model=one"]) {
  Deno.test(`a client of ${path} that vanishes in mid-speech leaves nothing behind`, async () => {
    await using server = new TestServer({ script: () => [{ audioMs: 200 }, { stall: true }] });
    const client = await server.open(path);
    client.send(speak(TEXT));
    await client.next("audio");
    client.close();
    await assertNothingLeft(server);
    await until(() => server.backend.counts.active === 0, "the synthesis to be cancelled");
  });

  Deno.test(`a key for ${path} is taken as a header or as a subprotocol, which is echoed`, async () => {
    await using server = new TestServer({ config: { apiKeys: ["secret"] } });
    for (const scheme of ["token", "bearer"]) {
      const client = await server.open(path, [scheme, "secret"]);
      assertEquals(client.protocol, scheme);
      client.close();
      await client.closed;
    }
    const refused = await server.get(path, { "sec-websocket-protocol": "token, wrong" });
    assertEquals([refused.status, (await refused.json()).err_code], [401, "INVALID_AUTH"]);
    await assertNothingLeft(server);
  });

  Deno.test(`whoever asks ${path} without a handshake is told why in Deepgram's words`, async () => {
    await using server = new TestServer();
    const response = await server.get(path);
    assertEquals(response.status, 426);
    const { err_code, err_msg } = await response.json();
    assertEquals([err_code, response.headers.get("dg-error")], ["Bad Request", err_msg]);
  });
}

Deno.test("a handshake with a bad parameter is refused, and a header says why", async () => {
  await using server = new TestServer({ config: { unknownVoice: "error" } });
  for (
    const [path, reason] of [
      ["/v1/speak?model=nobody", "No such model/version combination found"],
      ["/v1/speak?encoding=mp3", "encoding cannot be"],
      ["/v2/speak", "model is missing"],
      ["/v2/speak?model=one&bit_rate=1", "bit_rate is no parameter"],
    ] as const
  ) {
    using socket = await Deno.connect({ hostname: "127.0.0.1", port: server.server.address.port });
    await socket.write(upgradeRequest(server.host, path));
    const buffer = new Uint8Array(4_096);
    const answer = new TextDecoder().decode(buffer.subarray(0, (await socket.read(buffer))!));
    assertStringIncludes(answer, "HTTP/1.1 400");
    assertStringIncludes(answer, `dg-error: ${reason}`);
  }
});

Deno.test("more text than may wait is refused with a warning, and the rest is said", async () => {
  const config = { maxPendingCharacters: 100, dialectLeadMs: 60_000 };
  await using server = new TestServer({ config, script: () => [{ waitMs: 50 }, { audioMs: 100 }] });
  const client = await server.open("/v1/speak");
  client.send(speak("One two three. "));
  client.send(speak("Four five six seven. ".repeat(8)));
  client.send(FLUSH);
  assertEquals((await client.next("Warning")).code, "DATA-0001");
  await client.next("Flushed");
  assertEquals(server.backend.requests.map(({ text }) => text), ["One two three."]);
  client.close();
  await assertNothingLeft(server);
});

Deno.test("a message that is too large ends Deepgram's stream with an error and 1000", async () => {
  await using server = new TestServer({ config: { maxMessageBytes: 2_000 } });
  for (const path of ["/v1/speak", "/v2/speak?model=one"]) {
    const client = await server.open(path);
    client.send(speak("a".repeat(2_000)));
    assertEquals((await client.next("Error")).code, "BIG-0000");
    assertEquals((await client.closed).code, 1000);
  }
  await assertNothingLeft(server);
});

Deno.test("a bad message ends a stream of Flux with an error and 1000", async () => {
  await using server = new TestServer({ script: endless });
  const client = await server.open("/v2/speak?model=one");
  client.send(speak(TEXT));
  await client.next("audio");
  client.send({ type: "Clear" });
  assertEquals((await client.next("Error")).code, "DATA-0000");
  assertEquals((await client.closed).code, 1000);
  assertEquals(client.of("SessionMetadata"), []);
  await assertNothingLeft(server);
});

Deno.test("a server that stops ends Deepgram's streams with 1001 when all is said", async () => {
  await using server = new TestServer({ script: byText });
  const client = await server.open("/v2/speak?model=one");
  client.send(speak(TEXT));
  client.send(FLUSH);
  await client.next("audio");
  await server.server.stop(10_000);
  assertEquals((await client.next("SpeechMetadata")).input_character_count, TEXT.length);
  await client.next("SessionMetadata");
  assertEquals((await client.closed).code, 1001);
});

Deno.test("a server that stops tells Deepgram's clients what it cuts off", async () => {
  await using server = new TestServer({ script: endless });
  const aura = await server.open("/v1/speak?sample_rate=16000");
  const flux = await server.open("/v2/speak?model=one&sample_rate=16000");
  for (const client of [aura, flux]) {
    client.send(speak(TEXT));
    client.send(FLUSH);
    await client.next("audio");
  }
  const stopped = server.server.stop(100);
  const error = await aura.next("Error");
  assertEquals([error.code, error.err_code], ["NET-0000", "NET-0000"]);
  assertStringIncludes(
    error.description,
    "the server is about to stop, and has cut the speech off",
  );
  assertEquals(aura.of("Flushed"), []);
  const interrupted = await flux.next("SpeechInterrupted");
  assertEquals(interrupted.audio_played_ms, flux.audioBytes / 32);
  assertEquals((await flux.next("Error")).description, error.description);
  assertEquals(flux.of("SessionMetadata"), []);
  for (const client of [aura, flux]) assertEquals((await client.closed).code, 1001);
  await stopped;
});
