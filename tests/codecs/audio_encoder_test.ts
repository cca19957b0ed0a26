import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { type AudioEncoder, createEncoder } from "../../src/codecs/audio_encoder.ts";
import { type Encoding, encodings, isEncoding, sampleRatesOf } from "../../src/codecs/encodings.ts";
import { sampleRates } from "../../src/lib/pcm/sample_rates.ts";
import { encodeAlaw, encodeMulaw } from "../../src/lib/pcm/g711.ts";
import { sine } from "../lib/pcm/signals.ts";

const pcm = sine(300, 16_000, 100);

function createAtOnce(encoding: Encoding, sampleRate: number): AudioEncoder {
  const encoder = createEncoder(encoding, sampleRate);
  assert(!(encoder instanceof Promise));
  return encoder;
}

Deno.test("createEncoder opens every encoding at every rate it can be had in", async () => {
  for (const encoding of encodings) {
    for (const rate of sampleRatesOf(encoding)) {
      const encoder = await createEncoder(encoding, rate);
      const samples = new Int16Array(encoder.packetSamples ?? rate / 50);
      assert(encoder.encode(samples).length > 0);
      encoder.close();
    }
  }
});

Deno.test("pcm_s16le is the samples' own memory, and needs no promise", () => {
  const encoder = createAtOnce("pcm_s16le", 16_000);
  const bytes = encoder.encode(pcm);
  assertStrictEquals(bytes.buffer, pcm.buffer);
  assertEquals(bytes.length, 200);
  assertEquals(encoder.packetSamples, undefined);
  assertEquals(encoder.delaySamples, 0);
});

Deno.test("mulaw and alaw are G.711, a fresh array for every call", () => {
  assertEquals(createAtOnce("mulaw", 8000).encode(pcm), encodeMulaw(pcm));
  const alaw = createAtOnce("alaw", 8000);
  const first = alaw.encode(pcm);
  alaw.encode(new Int16Array(100));
  assertEquals(first, encodeAlaw(pcm));
});

Deno.test("opus comes as a promise, with packets of 20 ms", async () => {
  const pending = createEncoder("opus", 24_000);
  assertInstanceOf(pending, Promise);
  const encoder = await pending;
  assertEquals(encoder.packetSamples, 480);
  encoder.close();
});

Deno.test("createEncoder refuses rates at once and says which there are", () => {
  assertThrows(
    () => createEncoder("opus", 22_050),
    RangeError,
    "opus at 22050 Hz is not one of 8000, 16000, 24000, 48000 Hz",
  );
  assertThrows(() => createEncoder("mulaw", 12_345), RangeError, "mulaw at 12345 Hz");
});

Deno.test("every rate of an encoding is one that the resampler has", () => {
  for (const encoding of encodings) {
    for (const rate of sampleRatesOf(encoding)) {
      assert((sampleRates as readonly number[]).includes(rate), `${encoding} at ${rate}`);
    }
  }
});

Deno.test("isEncoding knows the encodings' names and no others", () => {
  assert(encodings.every(isEncoding));
  for (const name of ["", "PCM", "mp3", "toString"]) assertEquals(isEncoding(name), false);
});

// A process of its own, since permissions and what has been loaded are a process's.
Deno.test({
  name: "opus loads without permissions, and only when asked for",
  ignore: Deno.permissions.querySync({ name: "run" }).state !== "granted",
  async fn() {
    const script = new URL("./opus_permissions_script.ts", import.meta.url);
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--allow-net=127.0.0.1", script.href],
      env: { NO_COLOR: "1" },
    }).output();
    const decoder = new TextDecoder();
    assert(success, decoder.decode(stderr));
    assertEquals(decoder.decode(stdout), "160 bytes of mulaw\nopus loaded\n");
  },
});
