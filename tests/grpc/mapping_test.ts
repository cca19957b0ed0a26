import { assert, assertEquals, assertThrows } from "@std/assert";
import { create } from "@bufbuild/protobuf";
import { Buffer } from "node:buffer";
import { textToSpeech } from "../../src/grpc/definitions.ts";
import {
  type SynthesizeResponse,
  SynthesizeResponseSchema,
} from "../../src/grpc/gen/tts/v1/tts_pb.ts";
import {
  audioMessages,
  chunkOfMessage,
  requestMessage,
  totalsMessage,
  voiceMessage,
  voiceOfMessage,
  wordsMessage,
} from "../../src/grpc/mapping.ts";

/** A message as the other end gets it. */
function sent(message: SynthesizeResponse): SynthesizeResponse {
  const { responseSerialize, responseDeserialize } = textToSpeech.synthesize;
  const bytes = responseSerialize(message);
  assert(Buffer.isBuffer(bytes), "grpc-js takes only a Buffer");
  // At an odd address, as it comes out of a frame.
  const frame = Buffer.alloc(bytes.length + 5);
  bytes.copy(frame, 5);
  return responseDeserialize(frame.subarray(5));
}

Deno.test("audio survives the wire to the sample, in messages of at most 65,536 bytes", () => {
  for (const count of [1, 2, 15_999, 16_000, 16_001, 100_000]) {
    const pcm = Int16Array.from({ length: count }, (_, index) => (index * 7919) % 65_536 - 32_768);
    const messages = [...audioMessages(pcm, 22_050)].map(sent);
    const samples = messages.flatMap((message) => [...chunkOfMessage(message)!.pcm]);
    assertEquals(samples.length, count);
    assert(samples.every((sample, index) => sample === pcm[index]));
    const audio = messages.map(({ content }) => content.case === "audio" ? content.value : null);
    assertEquals(
      audio.map((chunk) => chunk!.sampleRate),
      audio.map((_, i) => i === 0 ? 22_050 : 0),
    );
    assert(audio.every((chunk) => chunk!.pcm.length <= 65_536));
  }
});

Deno.test("no samples are no message", () => {
  assertEquals([...audioMessages(new Int16Array(0), 16_000)], []);
});

Deno.test("a chunk does not change when the memory it came in is used again", () => {
  const pcm = Int16Array.of(1, 2, 3);
  const [message] = [...audioMessages(pcm, 16_000)];
  const received = sent(message!);
  pcm.fill(9);
  assertEquals([...chunkOfMessage(received)!.pcm], [1, 2, 3]);
});

Deno.test("words survive the wire", () => {
  const words = [
    { start: 0, end: 5, startMs: 0, endMs: 312.0625 },
    { start: 6, end: 11, startMs: 312.0625, endMs: 1 / 3 },
  ];
  const chunk = chunkOfMessage(sent(wordsMessage(words)))!;
  assertEquals(chunk.words, words);
  assertEquals(chunk.pcm.length, 0);
});

Deno.test("totals survive the wire, and are no chunk", () => {
  const totals = { samples: 2 ** 31, durationMs: 0.1, words: 3, engineMs: 12.5 };
  const message = sent(totalsMessage(totals));
  assertEquals(chunkOfMessage(message), undefined);
  assert(message.content.case === "totals");
  const { $typeName: _, ...received } = message.content.value;
  assertEquals(received, totals);
});

Deno.test("a message of a kind that is not known yet is no chunk", () => {
  assertEquals(chunkOfMessage(create(SynthesizeResponseSchema)), undefined);
});

Deno.test("audio that ends within a sample is an error", () => {
  const value = { pcm: new Uint8Array(3), sampleRate: 16_000 };
  const message = create(SynthesizeResponseSchema, { content: { case: "audio", value } });
  assertThrows(() => chunkOfMessage(message), RangeError);
});

Deno.test("a request keeps its text's length, whatever is in it", () => {
  const { requestSerialize, requestDeserialize } = textToSpeech.synthesize;
  const text = "a\ud800b 😀 \udc00 \ufeffc";
  const message = requestMessage({ text, voice: "slt", speed: 1.25 }, [16_000, 8_000]);
  const received = requestDeserialize(requestSerialize(message));
  assertEquals(received.text.length, text.length);
  assertEquals(received.text.indexOf("😀"), text.indexOf("😀"));
  assertEquals(received.text.at(-1), "c");
  const { voice, speed, language, sampleRates } = received;
  assertEquals({ voice, speed, language, sampleRates }, {
    voice: "slt",
    speed: 1.25,
    language: "",
    sampleRates: [16_000, 8_000],
  });
});

Deno.test("a voice survives the wire", () => {
  const voice = { id: "slt", description: "a woman", language: "en-US", sampleRate: 16_000 };
  assertEquals(voiceOfMessage(voiceMessage(voice)), voice);
});
