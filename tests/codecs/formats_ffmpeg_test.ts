/** What FFmpeg hears in the files. */

import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import type { AudioFormat, FormatName } from "../../src/codecs/format_limits.ts";
import { openFormat } from "../../src/codecs/formats.ts";
import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from "../../src/lib/pcm/g711.ts";
import { decode, probe, probeDuration, type RawAudio, testWithFfmpeg } from "../helpers/ffmpeg.ts";
import { noise } from "../lib/pcm/signals.ts";
import { encodeAll, formatsNamed, titleOf, voice } from "./format_samples.ts";

type Samples = Int16Array<ArrayBuffer>;

/** Does the same with a format at every rate, at once: FFmpeg starts slowly. */
async function atEveryRate(
  name: FormatName,
  test: (wanted: AudioFormat) => Promise<void>,
): Promise<void> {
  await Promise.all(formatsNamed(name).map(test));
}

async function fileOf(wanted: AudioFormat, input: Samples): Promise<Uint8Array<ArrayBuffer>> {
  return encodeAll((await openFormat(wanted)).createEncoder(), [input]);
}

/** What is left of samples in an encoding. */
function heardThrough(encoding: string, input: Samples): Samples {
  if (encoding === "mulaw") return decodeMulaw(encodeMulaw(input));
  return encoding === "alaw" ? decodeAlaw(encodeAlaw(input)) : input;
}

/** Samples by which `output` lags behind `input`, up to 100 more or less than `expected`. */
function lagOf(input: Samples, output: Samples, expected: number): number {
  const from = Math.floor(input.length / 4);
  const wanted = input.subarray(from, 3 * from);
  const matches = Array.from({ length: 201 }, (_, i) => {
    const start = from + expected - 100 + i;
    return wanted.reduce((sum, sample, k) => sum + sample * (output[start + k] ?? 0), 0);
  });
  return expected - 100 + matches.indexOf(Math.max(...matches));
}

for (const encoding of ["pcm_s16le", "pcm_f32le", "mulaw", "alaw"] as const) {
  testWithFfmpeg(`FFmpeg hears bare ${encoding} as it was`, async () => {
    const raw: RawAudio = { format: encoding.replace("pcm_", ""), sampleRate: 16_000 };
    const input = noise(16_001, 1);
    const { samples } = await decode(
      await fileOf({ name: encoding, sampleRate: 16_000 }, input),
      raw,
    );
    assertEquals(samples, heardThrough(encoding, input));
  });
}

testWithFfmpeg("FFmpeg hears wav as it was, and its duration", async () => {
  await atEveryRate("wav", async (wanted) => {
    const { sampleRate } = wanted;
    const encoding = "encoding" in wanted ? wanted.encoding! : "pcm_s16le";
    const input = noise(sampleRate + 1, 2);
    const file = await fileOf(wanted, input);
    const heard = await decode(file);
    assertEquals(heard.sampleRate, sampleRate, titleOf(wanted));
    assertEquals(heard.samples, heardThrough(encoding, input), titleOf(wanted));
    const { codec, duration } = await probe(file);
    assertEquals(codec, encoding.replace(/^(mu|a)law$/, "pcm_$&"));
    assertAlmostEquals(duration!, input.length / sampleRate, 1e-5, titleOf(wanted));
  });
});

testWithFfmpeg("FFmpeg hears flac as it was", async () => {
  await atEveryRate("flac", async (wanted) => {
    for (const input of [voice(wanted.sampleRate, 0.75), noise(1234, 3)]) {
      const heard = await decode(await fileOf(wanted, input));
      assertEquals(heard, { samples: input, sampleRate: wanted.sampleRate });
    }
  });
});

testWithFfmpeg("FFmpeg hears ogg_opus without delay and to the sample", async () => {
  await atEveryRate("ogg_opus", async (wanted) => {
    for (const more of [0, 1, 777]) {
      const length = wanted.sampleRate + more;
      const input = voice(wanted.sampleRate).subarray(0, length);
      const file = await fileOf(wanted, input);
      const { samples, sampleRate } = await decode(file);
      assertEquals(sampleRate, 48_000);
      assertEquals(samples.length, length * 48_000 / wanted.sampleRate, titleOf(wanted));
      // FFmpeg counts the encoder's delay, in its own files too, though it does not play it.
      const duration = length / wanted.sampleRate + 0.0065;
      assertAlmostEquals((await probeDuration(file))!, duration, 1e-4);
      const lag = lagOf(voice(48_000).subarray(0, samples.length), samples, 0);
      assert(Math.abs(lag) <= 8, `${titleOf(wanted)}: ${lag} samples late`);
    }
  });
});

testWithFfmpeg("FFmpeg hears mp3 without delay and at most a frame more", async () => {
  await atEveryRate("mp3", async (wanted) => {
    const { sampleRate } = wanted;
    const { delaySamples } = await openFormat(wanted);
    const frame = sampleRate >= 32_000 ? 1152 : 576;
    for (const more of [0, 333, 777]) {
      const input = voice(sampleRate).subarray(0, sampleRate + more);
      const heard = await decode(await fileOf(wanted, input));
      assertEquals(heard.sampleRate, sampleRate);
      assertEquals(lagOf(input, heard.samples, delaySamples), delaySamples, titleOf(wanted));
      // LAME fills the last frame, and sees to it that decoders give out the last samples.
      const extra = heard.samples.length - input.length - delaySamples;
      assert(extra >= 47 && extra < 47 + frame, `${titleOf(wanted)}: ${extra} samples more`);
    }
  });
});

testWithFfmpeg("FFmpeg finds the mp3 bitrate that was asked for", async () => {
  for (
    const [sampleRate, bitrate] of [[44_100, 192_000], [24_000, 160_000], [8000, 64_000]] as const
  ) {
    const file = await fileOf({ name: "mp3", sampleRate, bitrate }, voice(sampleRate));
    assertEquals((await probe(file)).bitrate, bitrate);
  }
});

for (const name of ["wav", "flac", "ogg_opus"] as const) {
  testWithFfmpeg(`FFmpeg takes a ${name} file with no samples, or with few`, async () => {
    await atEveryRate(name, async (wanted) => {
      for (const length of [0, 10]) {
        const { samples, sampleRate } = await decode(await fileOf(wanted, new Int16Array(length)));
        const expected = length * sampleRate / wanted.sampleRate;
        const isEmptyOpus = name === "ogg_opus" && length === 0;
        // FFmpeg 5.1 at 8 kHz does not cut an only packet that ends within its decoder's delay.
        if (isEmptyOpus) assert(samples.length < 960, titleOf(wanted));
        else assertEquals(samples.length, expected, titleOf(wanted));
      }
    });
  });
}

testWithFfmpeg("FFmpeg takes an mp3 file with no samples, or with few", async () => {
  await atEveryRate("mp3", async (wanted) => {
    for (const length of [0, 10]) {
      const { samples } = await decode(await fileOf(wanted, new Int16Array(length)));
      assert(samples.length >= 10 && samples.length <= 2 * 1152, titleOf(wanted));
    }
  });
});

testWithFfmpeg("FFmpeg would notice a damaged file", async () => {
  for (const name of ["flac", "ogg_opus"] as const) {
    const file = await fileOf({ name, sampleRate: 48_000 }, noise(48_000, 4));
    await decode(file);
    const at = Math.floor(file.length / 2);
    file[at] = file[at]! ^ 1;
    await assertRejects(() => decode(file), Error, "ffmpeg: ", name);
  }
});
