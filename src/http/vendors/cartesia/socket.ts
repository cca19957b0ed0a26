/**
 * `GET /tts/websocket`: Cartesia's WebSocket.
 *
 * @module
 */

import { encoderOf, type SampleEncoding } from "../../../codecs/sample_encodings.ts";
import { CartesiaDialect, type CartesiaOptions } from "../../../dialects/cartesia/cartesia.ts";
import type { CreateEncoder } from "../../channel.ts";
import type { SocketProtocol } from "../../socket_route.ts";
import { refuseCartesia } from "./refusal.ts";
import { withVolume } from "./volume.ts";

/** Longest time without a context, in ms: Cartesia's ("Concurrency and WebSocket Limits"). */
const IDLE_MS = 300_000;

/**
 * The protocol, for `socketRoute`. Every version is welcome: what a client names in the header or the
 * query makes no difference.
 */
export function cartesiaProtocol(
  options: Omit<CartesiaOptions, "createId">,
): SocketProtocol {
  return {
    read: () => ({
      dialect: new CartesiaDialect({ ...options, createId: () => crypto.randomUUID() }),
      loadEncoder: () => createEncoder,
      idleTimeoutMs: IDLE_MS,
    }),
    refuse: refuseCartesia,
  };
}

const createEncoder: CreateEncoder = ({ encoding, volume }) => {
  const encode = encoderOf(encoding as SampleEncoding);
  return withVolume({ encode, close() {} }, volume);
};
