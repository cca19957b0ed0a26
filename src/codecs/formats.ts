/**
 * Opens file formats.
 *
 * @module
 */

import { type AudioFormat, checkFormat, usualMp3Bitrate } from "./format_limits.ts";
import { rawFormat } from "./raw_format.ts";
import type { Format } from "./stream_encoder.ts";
import { wavFormat } from "./wav_format.ts";

/**
 * Opens a format: loads the library it needs, once per process, so that its encoders can be opened at
 * any moment. Only MP3 (some 20 ms), FLAC and Opus (some 10 ms each) need one.
 *
 * @throws {RangeError} if there is no such format; says what there is.
 */
export async function openFormat(wanted: AudioFormat): Promise<Format> {
  checkFormat(wanted);
  const { sampleRate } = wanted;
  // Not imported at the top: only a client that wants MP3 makes the server load LAME.
  switch (wanted.name) {
    case "wav":
      return wavFormat(wanted.encoding ?? "pcm_s16le", sampleRate);
    case "mp3": {
      const { mp3Format } = await import("./mp3_format.ts");
      return mp3Format({ sampleRate, bitrate: wanted.bitrate ?? usualMp3Bitrate(sampleRate) });
    }
    case "flac": {
      const { flacFormat } = await import("./flac_format.ts");
      return flacFormat(sampleRate);
    }
    case "ogg_opus": {
      const { oggOpusFormat } = await import("./ogg_opus_format.ts");
      return oggOpusFormat({ sampleRate, bitrate: wanted.bitrate });
    }
    default:
      return rawFormat(wanted.name, sampleRate);
  }
}
