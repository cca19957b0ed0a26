/**
 * Clients that send frames which were right before something happened to them, on raw sockets.
 */

import { upgradeRequest } from "../helpers/raw_client.ts";
import { frameBytes, wrongFrame } from "./frames.ts";
import { type Protocol, protocols, someMessage } from "./messages.ts";
import type { Random } from "./random.ts";

/** Longest wait for the server to close, in ms. */
const CLOSE_MS = 10_000;

/** Sends up to `limit` frames over one connection; returns how many. */
export async function sendRubbish(port: number, random: Random, limit: number): Promise<number> {
  const protocol = random.pick(protocols);
  using socket = await Deno.connect({ hostname: "127.0.0.1", port });
  const reading = readAll(socket);
  let sent = 0;
  try {
    await socket.write(handshake(port, protocol, random));
    const frames = 1 + random.below(Math.min(limit, 24));
    for (; sent < frames; sent++) {
      await socket.write(nextFrame(protocol, random));
      if (reading.hasEnded()) break;
    }
    await leave(socket, random);
  } catch (error) {
    // The server may close at any moment; that is its right.
    if (!isBroken(error)) throw error;
  }
  return Math.max(1, sent);
}

/** Now and then the handshake itself is hurt; then the frames follow all the same. */
function handshake(port: number, { path }: Protocol, random: Random): Uint8Array<ArrayBuffer> {
  const bytes = upgradeRequest(`127.0.0.1:${port}`, path);
  return random.below(20) === 0 ? wrongHandshake(bytes, random) : bytes;
}

function wrongHandshake(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const changed = bytes.slice();
  changed[random.below(changed.length)] = random.below(256);
  return changed;
}

function nextFrame(protocol: Protocol, random: Random): Uint8Array<ArrayBuffer> {
  const message = someMessage(protocol, random);
  if (random.below(4) === 0) return wrongFrame(message, random);
  return frameBytes({ payload: new TextEncoder().encode(message) }, random);
}

/** Closes as it should, half, or not at all. */
async function leave(socket: Deno.TcpConn, random: Random): Promise<void> {
  const how = random.below(3);
  if (how === 0) {
    await socket.write(frameBytes({ payload: Uint8Array.of(3, 232), opcode: 8 }, random));
  }
  if (how === 1) await socket.closeWrite();
}

/** Reads until the end, so that the server can write; knows whether it has come. */
function readAll(socket: Deno.TcpConn): { hasEnded: () => boolean } {
  let ended = false;
  const read = async () => {
    const buffer = new Uint8Array(65_536);
    const timeout = AbortSignal.timeout(CLOSE_MS);
    while (!timeout.aborted && await socket.read(buffer) !== null);
  };
  read().catch(() => {}).finally(() => ended = true);
  return { hasEnded: () => ended };
}

function isBroken(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.NotConnected || error instanceof Deno.errors.BadResource;
}
