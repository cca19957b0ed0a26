/**
 * FFmpeg, to hear what an encoder made: the machine's, or Debian's.
 *
 * @module
 */

import { fromBytes } from "../../src/lib/pcm/bytes.ts";
import { parseWav } from "../../src/lib/pcm/wav.ts";
import { libraryFolders, unpackedPackage } from "./debian_package.ts";

/** Samples without a container, which do not tell what they are. */
export interface RawAudio {
  /** FFmpeg's name of the format, such as `s16le`, `f32le`, `mulaw` or `alaw`. */
  readonly format: string;
  /** Hz. */
  readonly sampleRate: number;
}

/** What a file holds, as 16-bit samples. */
export interface Decoded {
  readonly samples: Int16Array<ArrayBuffer>;
  /** Hz. */
  readonly sampleRate: number;
}

/** What a file says of itself. */
export interface Probed {
  /** FFmpeg's name of the codec. */
  readonly codec: string;
  readonly channels: number;
  /** Hz. */
  readonly sampleRate: number;
  /** Bits a second; undefined where the format does not tell. */
  readonly bitrate: number | undefined;
  /** In s; undefined where the file does not tell. */
  readonly duration: number | undefined;
}

/**
 * Decodes a mono file.
 *
 * @throws {Error} if FFmpeg finds anything wrong with it, such as a checksum.
 */
export async function decode(bytes: Uint8Array, raw?: RawAudio): Promise<Decoded> {
  const strict = ["-err_detect", "crccheck+bitstream+buffer+explode"];
  const wav = ["-codec:a", "pcm_s16le", "-bitexact", "-f", "wav", "-"];
  const output = await withFile(bytes, (path) => {
    return call("ffmpeg", [...strict, ...rawOptions(raw), "-i", path, ...wav]);
  });
  const { format, channels, sampleRate, data } = parseWav(output);
  if (format !== "pcm_s16le" || channels !== 1) {
    throw new Error(`expected one channel of 16 bits, got ${channels} of ${format}`);
  }
  return { samples: fromBytes(data), sampleRate };
}

/** Asks what a file says of itself. */
export async function probe(bytes: Uint8Array, raw?: RawAudio): Promise<Probed> {
  const wanted = ["-show_streams", "-print_format", "json"];
  const output = await withFile(bytes, (path) => {
    return call("ffprobe", [...wanted, ...rawOptions(raw), path]);
  });
  const { streams: [stream] } = JSON.parse(new TextDecoder().decode(output));
  return {
    codec: stream.codec_name,
    channels: stream.channels,
    sampleRate: Number(stream.sample_rate),
    bitrate: numberOf(stream.bit_rate),
    duration: numberOf(stream.duration),
  };
}

/** The duration that a file tells, in s; undefined where it does not. */
export async function probeDuration(
  bytes: Uint8Array,
  raw?: RawAudio,
): Promise<number | undefined> {
  return (await probe(bytes, raw)).duration;
}

/**
 * Registers a test that runs FFmpeg. Where that is not to be had the test is ignored, and its name
 * says why: what is printed outside tests is not shown.
 */
export function testWithFfmpeg(name: string, test: () => Promise<void>): void {
  if (found instanceof Error) Deno.test.ignore(`${name} (${found.message})`, () => {});
  else Deno.test(name, test);
}

/** Where the programs are: folders for `PATH` and for libraries, or none if the machine has them. */
interface Place {
  readonly programs: string;
  readonly libraries: readonly string[];
}

type Program = "ffmpeg" | "ffprobe";

const found = await find().catch((error: Error) =>
  new Error(`FFmpeg cannot be had: ${error.message}`)
);

async function call(program: Program, args: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  if (found instanceof Error) throw found;
  const { stdout, stderr, success } = await run(found, program, ["-v", "error", ...args]);
  const complaints = new TextDecoder().decode(stderr).trim();
  if (!success || complaints !== "") throw new Error(`${program}: ${complaints}`);
  return stdout;
}

async function withFile<T>(bytes: Uint8Array, use: (path: string) => Promise<T>): Promise<T> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, bytes);
    return await use(path);
  } finally {
    await Deno.remove(path);
  }
}

function rawOptions(raw: RawAudio | undefined): string[] {
  if (raw === undefined) return [];
  return ["-f", raw.format, "-ar", String(raw.sampleRate), "-ac", "1"];
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

async function find(): Promise<Place> {
  const installed = { programs: "", libraries: [] };
  if (await works(installed)) return installed;
  const folder = await unpackedPackage("ffmpeg");
  const unpacked = { programs: `${folder}/usr/bin/`, libraries: libraryFolders(`${folder}/usr`) };
  if (await works(unpacked)) return unpacked;
  throw new Error("Debian's does not run here");
}

async function works(place: Place): Promise<boolean> {
  try {
    return (await run(place, "ffmpeg", ["-version"])).success &&
      (await run(place, "ffprobe", ["-version"])).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function run(place: Place, program: Program, args: string[]): Promise<Deno.CommandOutput> {
  const env = { LD_LIBRARY_PATH: place.libraries.join(":") };
  return new Deno.Command(place.programs + program, {
    args,
    ...(place.libraries.length > 0 ? { env } : {}),
  }).output();
}
