import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  type AudioFormat,
  type FormatName,
  formatNames,
  formatSampleRates,
  isFormatName,
  mp3Bitrates,
  usualMp3Bitrate,
} from "../../src/codecs/format_limits.ts";
import { openFormat } from "../../src/codecs/formats.ts";
import { flac } from "../../src/codecs/flac_library.ts";
import { lame } from "../../src/codecs/lame_library.ts";
import { OggOpusCodec } from "../../src/codecs/ogg_opus_format.ts";
import { opus } from "../../src/codecs/opus_library.ts";
import { openStream, type StreamEncoder } from "../../src/codecs/stream_encoder.ts";
import { sampleRates } from "../../src/lib/pcm/sample_rates.ts";
import fc from "../helpers/fast_check.ts";
import { noise, pieces } from "../lib/pcm/signals.ts";
import { encodeAll, everyFormat, formatsNamed, titleOf, voice } from "./format_samples.ts";

const contentTypes: Record<FormatName, string> = {
  pcm_s16le: "audio/pcm",
  pcm_f32le: "audio/pcm",
  mulaw: "audio/PCMU;rate=8000",
  alaw: "audio/PCMA;rate=8000",
  wav: "audio/wav",
  mp3: "audio/mpeg",
  flac: "audio/flac",
  ogg_opus: "audio/ogg",
};

/** What opens encoders whose files can be compared: of Ogg, those that bear the same number. */
async function opener(wanted: AudioFormat): Promise<() => StreamEncoder> {
  if (wanted.name === "ogg_opus") {
    return () => openStream(wanted.name, new OggOpusCodec(wanted, 7));
  }
  const format = await openFormat(wanted);
  return () => format.createEncoder();
}

for (const name of formatNames) {
  Deno.test(`${name} tells its media type, its rate and its delay`, async () => {
    for (const wanted of formatsNamed(name)) {
      const { contentType, sampleRate, delaySamples } = await openFormat(wanted);
      assertEquals(sampleRate, wanted.sampleRate);
      assertEquals(delaySamples, 0);
      if (sampleRate === 8000) assertEquals(contentType, contentTypes[name]);
    }
  });

  Deno.test(`${name} makes the same file however the samples are cut`, async () => {
    for (const wanted of [formatsNamed(name)[0]!, formatsNamed(name).at(-1)!]) {
      const createEncoder = await opener(wanted);
      const input = voice(wanted.sampleRate, 0.4);
      const whole = encodeAll(createEncoder(), [input]);
      fc.assert(
        fc.property(fc.array(fc.nat({ max: 4000 }), { minLength: 1 }), (sizes) => {
          const cuts = [...sizes, 1000]; // some progress, whatever was drawn
          assertEquals(encodeAll(createEncoder(), pieces(input, cuts)), whole);
        }),
        { numRuns: 12 },
      );
      assertEquals(
        encodeAll(createEncoder(), pieces(input.subarray(0, 700), [1])).length > 0,
        true,
      );
    }
  });

  Deno.test(`${name} takes no call out of order`, async () => {
    const format = await openFormat(formatsNamed(name)[0]!);
    const finished = format.createEncoder();
    finished.finish();
    assertThrows(
      () => finished.encode(new Int16Array(1)),
      Error,
      `the ${name} encoder is finished`,
    );
    assertThrows(() => finished.finish(), Error, "finished");
    finished.close();
    finished.close();
    assertThrows(() => finished.encode(new Int16Array(1)), Error, `the ${name} encoder is closed`);
    const dropped = format.createEncoder();
    dropped.encode(voice(format.sampleRate, 0.5));
    dropped.close();
    assertThrows(() => dropped.finish(), Error, "closed");
  });

  Deno.test(`${name} keeps streams apart`, async () => {
    const wanted = formatsNamed(name).at(-1)!;
    const createEncoder = await opener(wanted);
    const a = voice(wanted.sampleRate, 0.5);
    const b = noise(a.length, 5);
    const other = createEncoder();
    const first = createEncoder();
    const parts = [...pieces(a, [700])].map((piece, i) => {
      other.encode(b.subarray(700 * i, 700 * (i + 1)));
      return first.encode(piece);
    });
    parts.push(first.finish());
    first.close();
    other.close();
    const together = parts.flatMap((part) => [...part]);
    assertEquals(together, [...encodeAll(createEncoder(), [a])]);
  });
}

const heaps: Readonly<Record<"mp3" | "flac" | "ogg_opus", Heap>> = {
  mp3: lame,
  flac: { memory: flac.memory, ...flac.functions },
  ogg_opus: opus,
};

interface Heap {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(pointer: number): void;
}

/** Where the heap has room for a megabyte: what is forgotten moves it. */
function roomIn({ malloc, free }: Heap): number {
  const pointer = malloc(1_000_000);
  free(pointer);
  return pointer;
}

for (const [name, heap] of Object.entries(heaps)) {
  Deno.test(`${name} gives back the memory of encoders that are closed, finished or not`, async () => {
    const format = await openFormat({ name: name as keyof typeof heaps, sampleRate: 24_000 });
    const input = voice(24_000, 0.1);
    const cycle = (isFinished: boolean) => {
      const encoder = format.createEncoder();
      encoder.encode(input);
      if (isFinished) encoder.finish();
      encoder.close();
    };
    cycle(true);
    const before = [roomIn(heap), heap.memory.buffer.byteLength];
    for (let i = 0; i < 300; i++) cycle(i % 2 === 0);
    assertEquals([roomIn(heap), heap.memory.buffer.byteLength], before);
  });
}

Deno.test("encoders survive the growth of a library's memory", async () => {
  for (const [name, { memory }] of Object.entries({ mp3: lame, flac })) {
    const format = await openFormat({ name: name as "mp3", sampleRate: 16_000 });
    const input = voice(16_000, 1);
    const expected = encodeAll(format.createEncoder(), [input]);
    const early = format.createEncoder();
    const others: StreamEncoder[] = [];
    const before = memory.buffer.byteLength;
    const parts = [...pieces(input, [4000])].map((piece) => {
      while (others.length < 400 && memory.buffer.byteLength === before) {
        others.push(format.createEncoder());
      }
      return early.encode(piece);
    });
    parts.push(early.finish());
    for (const encoder of [early, ...others]) encoder.close();
    assert(memory.buffer.byteLength > before, name);
    assertEquals(parts.flatMap((part) => [...part]), [...expected], name);
  }
});

Deno.test("an mp3 file of no samples is its tag and a few frames of silence", async () => {
  for (const wanted of formatsNamed("mp3")) {
    const format = await openFormat(wanted);
    const file = encodeAll(format.createEncoder(), [new Int16Array(0)]);
    const text = new TextDecoder("latin1").decode(file);
    assertEquals(text.split("Info").length, 2);
    assert(text.includes("LAME3.100") && file.length < 5_000, String(file.length));
  }
});

Deno.test("a wav file of no samples says that it has none, and a stream that it has no known end", async () => {
  for (const wanted of formatsNamed("wav")) {
    const format = await openFormat(wanted);
    const sizeOf = (samples: number) => {
      const file = encodeAll(format.createEncoder(), [new Int16Array(samples)]);
      const text = new TextDecoder("latin1").decode(file);
      return new DataView(file.buffer).getUint32(text.indexOf("data") + 4, true);
    };
    const empty = format.createEncoder();
    const file = empty.finish();
    empty.close();
    assertEquals(new DataView(file.buffer).getUint32(file.length - 4, true), 0);
    assertEquals(new DataView(file.buffer).getUint32(4, true), file.length - 8);
    assertEquals(sizeOf(100), 0xffffffff);
  }
});

Deno.test("mp3 has the bitrate that is asked for, or the usual one", async () => {
  for (const sampleRate of formatSampleRates("mp3")) {
    const input = voice(sampleRate, 1);
    const frame = sampleRate >= 32_000 ? 1152 : 576;
    for (const bitrate of [undefined, ...mp3Bitrates(sampleRate)]) {
      const format = await openFormat({ name: "mp3", sampleRate, bitrate });
      const { length } = encodeAll(format.createEncoder(), [input]);
      const played = 8 * length * sampleRate / (bitrate ?? usualMp3Bitrate(sampleRate));
      // A tag in front, and what LAME and decoders need.
      const extra = played - input.length - frame - 1105;
      assert(extra > -2 && extra < 2 * frame, `${bitrate} bit/s at ${sampleRate} Hz: ${extra}`);
    }
  }
});

Deno.test("ogg_opus takes about the bitrate that is asked for", async () => {
  for (const bitrate of [6_000, 24_000, 96_000, 256_000]) {
    const format = await openFormat({ name: "ogg_opus", sampleRate: 48_000, bitrate });
    const { length } = encodeAll(format.createEncoder(), [noise(5 * 48_000, 3)]);
    const ratio = 8 * length / 5 / bitrate;
    assert(ratio > 0.7 && ratio < 1.5, `${bitrate} bit/s: ${ratio} times as many`);
  }
});

/** Samples that it takes until the first bytes come, apart from a header. */
const firstBytes: readonly (readonly [FormatName, (sampleRate: number) => number])[] = [
  ["mp3", (sampleRate) => sampleRate >= 32_000 ? 1376 : 800],
  ["flac", (sampleRate) => Math.floor(sampleRate / 50) + 1],
  ["ogg_opus", (sampleRate) => sampleRate / 50],
];

for (const [name, expected] of firstBytes) {
  Deno.test(`${name} brings its first bytes early`, async () => {
    for (const { sampleRate } of formatsNamed(name)) {
      const encoder = (await openFormat({ name, sampleRate })).createEncoder();
      encoder.encode(new Int16Array(0));
      const samples = pieces(voice(sampleRate, 0.2), [1]);
      const sizes = Array.from(samples, (sample) => encoder.encode(sample).length);
      assertEquals(sizes.findIndex((size) => size > 0) + 1, expected(sampleRate));
      encoder.close();
    }
  });
}

Deno.test("what is no format is refused with what there is", async () => {
  const refusals: [unknown, string][] = [
    [{ name: "aac", sampleRate: 8000 }, 'format: "aac" is not one of pcm_s16le, pcm_f32le, mulaw'],
    [{ name: "toString", sampleRate: 8000 }, 'format: "toString" is not one of'],
    [{ name: "mp3", sampleRate: 12_000 }, "rate of mp3: 12000 is not one of 8000, 11025, 16000"],
    [{ name: "mp3", sampleRate: 96_000 }, "32000, 44100, 48000 Hz"],
    [{ name: "ogg_opus", sampleRate: 44_100 }, "44100 is not one of 8000, 16000, 24000, 48000 Hz"],
    [{ name: "flac", sampleRate: NaN }, "sample rate of flac: NaN is not one of 8000"],
    [
      { name: "wav", sampleRate: 8000, encoding: "mp3" },
      'encoding of wav: "mp3" is not one of pcm_s16le, pcm_f32le, mulaw, alaw',
    ],
    [
      { name: "mp3", sampleRate: 24_000, bitrate: 192_000 },
      "bitrate of mp3 at 24000 Hz: 192000 is not one of 32000, 40000",
    ],
    [{ name: "mp3", sampleRate: 8000, bitrate: 80_000 }, "56000, 64000 bit/s"],
    [
      { name: "ogg_opus", sampleRate: 8000, bitrate: 5999 },
      "bitrate of ogg_opus at 8000 Hz: 5999 is not within 6000 to 256000 bit/s",
    ],
    [{ name: "flac", sampleRate: 8000, bitrate: 64_000 }, "flac has no bitrate"],
  ];
  for (const [wanted, message] of refusals) {
    await assertRejects(() => openFormat(wanted as AudioFormat), RangeError, message);
  }
});

Deno.test("every rate of a format is one that the resampler has", () => {
  for (const format of everyFormat()) {
    assert((sampleRates as readonly number[]).includes(format.sampleRate), titleOf(format));
  }
});

Deno.test("isFormatName knows the formats' names and no others", () => {
  assert(formatNames.every(isFormatName));
  for (const name of ["", "MP3", "opus", "toString"]) assertEquals(isFormatName(name), false);
});

// A process of its own, since permissions and what has been loaded are a process's.
Deno.test("formats load without permissions, once, and only when asked for", async () => {
  const script = new URL("./format_permissions_script.ts", import.meta.url);
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-net=127.0.0.1", script.href],
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  assert(success, decoder.decode(stderr));
  assertEquals(
    decoder.decode(stdout),
    "wav: 0 programs\nmp3: 1 programs\nflac: 2 programs\nogg_opus: 1 programs\nagain: 0 programs\n",
  );
});
