/**
 * Steers `@cartesia/cartesia-js`.
 *
 * - `client` `{ options: { build?, ...rest } }`: the rest is of `Cartesia`, such as `baseURL`,
 *   `apiKey`, `token`. The package's two builds, `cjs` and `esm`, open WebSockets differently: only
 *   the first finds `ws` and sends headers; the second wants a global `WebSocket` and puts the key
 *   into the query, as in a browser
 * - `speak` `{ id, method?, request, requestOptions?, file? }`: `tts.generate` or `tts.generateSSE`
 * - `call` `{ method, args }`: of the client, such as `voices.list`
 * - `connect` `{ id, options? }`: `tts.websocket`; done when it is open
 * - `context` `{ id, socket, options }`: a context of the socket of that id, read by `receive`: tells
 *   `opened`, `message` and `audio`; done when it has ended
 * - `generate` `{ id, socket, request }`: the socket's `generate`, told alike
 * - `call` `{ id, method, args }`: of a context: `push`, `flush`, `no_more_inputs`, `send`, `cancel`;
 *   of a socket: `send`, `cancelContext`, `close`
 *
 * A socket tells `error` and `closed`, and `message` and `audio` of what is read by nobody: what
 * still comes for a context that was cancelled.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { Steering } from "./steering.mjs";

async function createClient({ build = "cjs", ...options }) {
  const name = "@cartesia/cartesia-js";
  const { Cartesia } = build === "esm" ? await import(name) : createRequire(import.meta.url)(name);
  return new Cartesia(options);
}

async function speak({ id, method = "generate", request, requestOptions }, steering) {
  const options = { ...requestOptions, signal: steering.signal(id) };
  const answer = steering.client.tts[method](request, options);
  const { data, response } = await answer.withResponse();
  steering.tellResponse(id, response);
  if (method === "generate") return await steering.tellBody(id, data.body);
  for await (const message of data) steering.tellMessage(id, message, "data");
}

async function connect({ id, options }, steering) {
  const socket = await steering.client.tts.websocket(options);
  const read = new Set();
  steering.keep(id, Object.assign(socket, { read }));
  socket.on("event", (event) => {
    if (!read.has(event.context_id)) tellEvent(id, event, steering);
  });
  socket.on("error", (error) => steering.tellError(id, error));
  // A reconnect makes another socket, which nothing tells of.
  socket.socket.addEventListener("close", ({ code, reason }) => {
    steering.tell({ type: "closed", id, code, reason });
  });
}

async function context({ id, socket: socketId, options }, steering) {
  const socket = steering.kept(socketId);
  const made = steering.keep(id, socket.context(options));
  steering.tell({ type: "opened", id });
  await read(made.receive(), { id, contextId: made.contextId, socket }, steering);
}

async function generate({ id, socket: socketId, request }, steering) {
  const socket = steering.kept(socketId);
  const contextId = request.context_id ?? randomUUID();
  const events = socket.generate({ ...request, context_id: contextId });
  await read(events, { id, contextId, socket }, steering);
}

async function read(events, { id, contextId, socket }, steering) {
  socket.read.add(contextId);
  try {
    for await (const event of events) tellEvent(id, event, steering);
  } finally {
    socket.read.delete(contextId);
  }
}

/** The package adds the audio that it has decoded. */
function tellEvent(id, { audio: _decoded, ...message }, steering) {
  steering.tellMessage(id, message, "data");
}

new Steering({ createClient, commands: { speak, connect, context, generate } }).run();
