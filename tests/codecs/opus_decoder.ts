/** libopus' decoder, to hear what the encoder made. */

import { allocateOpus, checkOpus, opus } from "../../src/codecs/opus_library.ts";

/** 120 ms at 48 kHz, the longest that a packet can be. */
const MAX_SAMPLES = 5760;

/** Decodes packets of one stream and frees everything. */
export function decodeOpus(
  packets: readonly Uint8Array<ArrayBuffer>[],
  sampleRate: number,
): Int16Array<ArrayBuffer>[] {
  const stateBytes = opus.opus_decoder_get_size(1);
  const state = allocateOpus(stateBytes + 2 * MAX_SAMPLES + 4000);
  const pcm = state + stateBytes;
  const input = pcm + 2 * MAX_SAMPLES;
  try {
    checkOpus(opus.opus_decoder_init(state, sampleRate, 1));
    return packets.map((packet) => {
      new Uint8Array(opus.memory.buffer, input, packet.length).set(packet);
      const decoded = opus.opus_decode(state, input, packet.length, pcm, MAX_SAMPLES, 0);
      return new Int16Array(opus.memory.buffer as ArrayBuffer, pcm, checkOpus(decoded)).slice();
    });
  } finally {
    opus.free(state);
  }
}
