/**
 * The frame in front of an MP3 stream that tells players what LAME has added before the first sample, so
 * that they leave it out: silence for those who do not know it.
 *
 * Sources: ISO/IEC 11172-3, 2.4.1.3 and 13818-3 for the frame's header; "Xing VBR header" and "LAME tag
 * revision 1" (gabriel.mp3-tech.org/mp3infotag.html) for its content. What would need the length of the
 * whole is left out, as those allow.
 *
 * @module
 */

/** Bits a second by their index, in kbit/s: of MPEG-1, and of MPEG-2 and 2.5. */
const BITRATES_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192];
const BITRATES_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

/** A version of MPEG audio: its second header byte, and what it allows. */
interface Version {
  readonly byte: number;
  readonly sampleRates: readonly number[];
  readonly bitrates: readonly number[];
  /** Samples of a frame. */
  readonly samples: number;
  /** Bytes between a frame's header and its content, in mono. */
  readonly sideBytes: number;
}

/** Without a checksum. */
const VERSIONS: readonly Version[] = [
  {
    byte: 0xfb,
    sampleRates: [44_100, 48_000, 32_000],
    bitrates: BITRATES_1,
    samples: 1152,
    sideBytes: 17,
  },
  {
    byte: 0xf3,
    sampleRates: [22_050, 24_000, 16_000],
    bitrates: BITRATES_2,
    samples: 576,
    sideBytes: 9,
  },
  {
    byte: 0xe3,
    sampleRates: [11_025, 12_000, 8000],
    bitrates: BITRATES_2,
    samples: 576,
    sideBytes: 9,
  },
];

const MONO = 0xc0;
const HEADER_BYTES = 4;

/** Options of {@linkcode infoFrame}. */
export interface InfoFrameOptions {
  /** Hz. */
  readonly sampleRate: number;
  /** Bits a second. */
  readonly bitrate: number;
  /** Samples that the encoder has added before the first. */
  readonly delaySamples: number;
}

/** The frame. */
export function infoFrame(options: InfoFrameOptions): Uint8Array<ArrayBuffer> {
  const { sampleRate, bitrate, delaySamples } = options;
  const version = VERSIONS.find(({ sampleRates }) => sampleRates.includes(sampleRate))!;
  const rateIndex = version.sampleRates.indexOf(sampleRate);
  const bitrateIndex = version.bitrates.indexOf(bitrate / 1000);
  const frame = new Uint8Array(Math.floor(version.samples / 8 * bitrate / sampleRate));
  frame.set([0xff, version.byte, bitrateIndex << 4 | rateIndex << 2, MONO]);
  const tag = HEADER_BYTES + version.sideBytes;
  const ascii = new TextEncoder();
  // "Info" stands for a constant bitrate; the flags after it say that nothing else is told.
  frame.set(ascii.encode("Info"), tag);
  const lame = tag + 8;
  frame.set(ascii.encode("LAME3.100"), lame);
  // Twelve bits of delay, and twelve of what fills the last frame: that is not known yet.
  frame.set([delaySamples >> 4, (delaySamples & 0xf) << 4, 0], lame + 21);
  return frame;
}
