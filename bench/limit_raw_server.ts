/**
 * The runtime alone: WebSockets of `Deno.serve` that get a frame each 20 ms, on a wheel of ticks, and
 * their control messages back at once. Nothing is done that a voice server needs beyond that.
 *
 * @module
 */

import { answer } from "./crowd_answers.ts";
import { BYTES_PER_MS, FRAME_MS } from "./crowd_audio.ts";

/** As in Syrinx. */
const TICK_MS = 5;

const SLOTS = FRAME_MS / TICK_MS;

const frame = new Uint8Array(FRAME_MS * BYTES_PER_MS).fill(7);
const slots: Set<WebSocket>[] = Array.from({ length: SLOTS }, () => new Set());
let opened = 0;

const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
  const { socket, response } = Deno.upgradeWebSocket(request);
  const slot = slots[opened++ % SLOTS]!;
  socket.onopen = () => slot.add(socket);
  socket.onmessage = ({ data }) => socket.send(data);
  socket.onclose = socket.onerror = () => slot.delete(socket);
  return response;
});

const start = performance.now();
let ticks = 0;
setInterval(() => {
  const due = Math.floor((performance.now() - start) / TICK_MS);
  while (ticks < due) {
    for (const socket of slots[++ticks % SLOTS]!) {
      if (socket.readyState === WebSocket.OPEN) socket.send(frame);
    }
  }
}, TICK_MS);

await answer(server.addr.port, () => ({ heldMs: 0, underruns: 0 }));
