/**
 * Opening a session.
 *
 * @module
 */

import { systemClock } from "../../lib/clock.ts";
import { sessionUrl, subprotocols } from "./address.ts";
import type { Session, SessionEvents } from "./api.ts";
import { preparePlayback } from "./create_playback.ts";
import { Emitter } from "./emitter.ts";
import { SyrinxError } from "./errors.ts";
import { openLink } from "./link.ts";
import type { ConnectOptions, WebSocketConstructor } from "./options.ts";
import { canDecodeOpus } from "./opus_decoder.ts";
import { reasonOf } from "./refusal.ts";
import { SpokenSession } from "./session.ts";

/** Longest wait for a connection, in ms. */
const TIMEOUT_MS = 10_000;

/**
 * Opens a session with a server, at `https://HOST`, `wss://HOST/v1/session` or, in one of its own
 * pages, `/`. In a browser call it while you handle a click, so that audio may be heard at once.
 *
 * @throws {SyrinxError} when there is no session to be had, or nothing to play with.
 *
 * @example
 * ```ts
 * import { connect } from "http://localhost:8081/client.js";
 *
 * const session = await connect("http://localhost:8081");
 * const utterance = session.say("Hello, I am Syrinx.");
 * console.log(await utterance.heard);
 * ```
 */
export async function connect(
  address: string | URL,
  options: ConnectOptions = {},
): Promise<Session> {
  const url = sessionUrl(address, options);
  const WebSocket = webSocketOf(options);
  if (options.encoding === "opus" && !canDecodeOpus()) {
    throw new SyrinxError("bad_option", "opus needs WebCodecs, which is not there");
  }
  const emitter = new Emitter<SessionEvents>();
  if (options.onMessage !== undefined) emitter.on("message", options.onMessage);
  const dial = () =>
    openLink({
      url,
      protocols: subprotocols(options),
      WebSocket,
      clock: systemClock,
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      onTraffic: (direction, message) => emitter.emit("message", { direction, message }),
    });
  const createPlayback = await preparePlayback(options, systemClock);
  const { reconnect, onAudio } = options;
  const session = new SpokenSession({
    clock: systemClock,
    emitter,
    createPlayback,
    dial,
    reconnect,
    onAudio,
  });
  try {
    session.attach(await dial());
  } catch (error) {
    await session.close();
    throw await reasonOf(url, options.token, error);
  }
  return session;
}

function webSocketOf({ WebSocket }: ConnectOptions): WebSocketConstructor {
  const found = WebSocket ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
  if (found !== undefined) return found;
  throw new SyrinxError("bad_option", "there is no WebSocket here: give one as an option");
}
