/**
 * What kind of audio an answer is: by what its headers say, and by how it begins.
 *
 * @module
 */

/** What headers say of a body. */
export interface DeclaredFormat {
  /** `other` is anything that cannot be PCM or WAV, by its media type. */
  readonly kind: "raw" | "wav" | "other";
  /** The media type as it was given, without parameters; empty if there was none. */
  readonly mediaType: string;
  /** Hz. */
  readonly sampleRate?: number;
  readonly channels?: number;
}

/** Media types under which raw samples come. Any other kind of audio is what it says. */
const RAW_TYPES = new Set([
  "",
  "application/octet-stream",
  "binary/octet-stream",
  "audio/pcm",
  "audio/x-pcm",
  "audio/l16",
  "audio/raw",
  "audio/x-raw",
]);

const WAV_TYPES = new Set(["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"]);

/** How files begin that are no raw audio, at which byte, and what they are called. */
const SIGNATURES: readonly { at: number; bytes: string; name: string }[] = [
  { at: 0, bytes: "ID3", name: "MP3" },
  { at: 0, bytes: "OggS", name: "Ogg" },
  { at: 0, bytes: "fLaC", name: "FLAC" },
  { at: 0, bytes: "\x1a\x45\xdf\xa3", name: "WebM" },
  { at: 4, bytes: "ftyp", name: "MP4" },
];

/** Bytes that are enough to know every beginning but that of an MP3 frame. */
const SIGNATURE_BYTES = 12;

/** Bit rates of MPEG audio layer III in kbit/s, by index: version 1, and versions 2 and 2.5. */
const MP3_BIT_RATES = [
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
] as const;

/** Sample rates of MPEG audio version 1, in Hz; those of version 2 are half of them, 2.5 a quarter. */
const MP3_SAMPLE_RATES = [44_100, 48_000, 32_000] as const;

/** What the headers of an answer say of its body, e.g. `audio/pcm;rate=22050;channels=1`. */
export function declaredFormat(headers: Headers): DeclaredFormat {
  const [type = "", ...rest] = (headers.get("content-type") ?? "").split(";");
  const mediaType = type.trim().toLowerCase();
  const parameters = new Map(rest.map((part) => {
    const [name = "", value = ""] = part.split("=");
    return [name.trim().toLowerCase(), value.trim().replaceAll('"', "")];
  }));
  const rate = positive(parameters.get("rate") ?? headers.get("x-sample-rate"));
  const channels = positive(parameters.get("channels") ?? headers.get("x-channels"));
  return {
    kind: RAW_TYPES.has(mediaType) ? "raw" : WAV_TYPES.has(mediaType) ? "wav" : "other",
    mediaType,
    ...(rate === undefined ? {} : { sampleRate: rate }),
    ...(channels === undefined ? {} : { channels }),
  };
}

/**
 * What a body is by its first bytes: `raw` samples, a `WAV` file, or another kind of file by name;
 * undefined if more bytes have to tell. Raw samples could begin like anything; all that is looked
 * for here is long enough not to come up by chance.
 *
 * @param isAll nothing comes after these bytes.
 */
export function sniff(bytes: Uint8Array, isAll: boolean): string | undefined {
  if (startsWith(bytes, 0, "RIFF") && startsWith(bytes, 8, "WAVE")) return "WAV";
  const known = SIGNATURES.find((signature) => startsWith(bytes, signature.at, signature.bytes));
  if (known !== undefined) return known.name;
  if (bytes.length < SIGNATURE_BYTES && !isAll) return undefined;
  const frameBytes = mp3FrameBytes(bytes, 0);
  if (frameBytes === undefined) return "raw";
  if (bytes.length < frameBytes + 4 && !isAll) return undefined;
  return mp3FrameBytes(bytes, frameBytes) === undefined ? "raw" : "MP3";
}

/** The size of the MP3 frame whose header is there; undefined if none is. */
function mp3FrameBytes(bytes: Uint8Array, at: number): number | undefined {
  const [b0 = 0, b1 = 0, b2 = 0] = bytes.subarray(at, at + 3);
  const version = b1 >> 3 & 3;
  const isSync = b0 === 0xff && b1 >= 0xe0 && version !== 1;
  const isLayer3 = (b1 >> 1 & 3) === 1;
  const sampleRate = MP3_SAMPLE_RATES[b2 >> 2 & 3];
  const bitRate = MP3_BIT_RATES[version === 3 ? 0 : 1][b2 >> 4];
  if (!isSync || !isLayer3 || sampleRate === undefined || !bitRate) return undefined;
  const divisor = version === 3 ? 1 : version === 2 ? 2 : 4;
  const samplesPerByte = version === 3 ? 144 : 72;
  const padding = b2 >> 1 & 1;
  return Math.floor(samplesPerByte * bitRate * 1_000 / (sampleRate / divisor)) + padding;
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  if (bytes.length < at + text.length) return false;
  for (let i = 0; i < text.length; i++) {
    if (bytes[at + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

function positive(text: string | null | undefined): number | undefined {
  return /^\d{1,6}$/.test(text ?? "") && Number(text) > 0 ? Number(text) : undefined;
}
