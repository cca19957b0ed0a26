/**
 * What encodes the audio of live sessions.
 *
 * @module
 */

import { loadEncoder } from "../codecs/audio_encoder.ts";
import type { Encoding } from "../codecs/encodings.ts";
import type { ChannelRequest } from "../dialects/dialect.ts";
import type { CreateEncoder } from "./channel.ts";

/** Loads what encodes a session's audio. */
export function loadLiveEncoder(request: ChannelRequest): Promise<CreateEncoder> {
  return loadEncoder(request.encoding as Encoding, request.sampleRate);
}
