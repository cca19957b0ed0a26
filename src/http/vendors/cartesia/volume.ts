/**
 * Audio as loud as its client wants it.
 *
 * @module
 */

import { amplify } from "../../../lib/pcm/gain.ts";
import type { ChannelEncoder } from "../../channel.ts";

/** An encoder of the samples times `volume`. */
export function withVolume(encoder: ChannelEncoder, volume = 1): ChannelEncoder {
  if (volume === 1) return encoder;
  return {
    encode: (pcm) => encoder.encode(amplify(pcm, volume)),
    ...(encoder.finish === undefined ? {} : { finish: () => encoder.finish!() }),
    close: () => encoder.close(),
  };
}
