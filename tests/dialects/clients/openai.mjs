/**
 * Steers `openai`.
 *
 * - `client` `{ options }`: of `OpenAI`, such as `baseURL`, `apiKey`, `maxRetries`
 * - `speak` `{ id, request, requestOptions?, file? }`: `audio.speech.create`; with `stream_format`
 *   `sse` the events are read by the package's own `Stream`
 * - `call` `{ method, args }`: of the client, such as `models.list`
 * - `connect` `{ id, model, browser?, options? }`: `OpenAIRealtimeWS`; done when it is open. With
 *   `browser` it is `OpenAIRealtimeWebSocket`, which puts the key into the subprotocols and wants a
 *   global `WebSocket`
 * - `call` `{ id, method, args }`: of a socket: `send`, `close`
 *
 * A socket tells `message`, `audio`, `error` and `closed`; an error event of the server is told as a
 * `message` and as an `error`, as the package gives it.
 *
 * @module
 */

import { Steering } from "./steering.mjs";

const { OpenAI } = await import("openai");
const { Stream } = await import("openai/core/streaming");
const { OpenAIRealtimeWebSocket } = await import("openai/realtime/websocket");
const { OpenAIRealtimeWS } = await import("openai/realtime/ws");

async function speak({ id, request, requestOptions }, steering) {
  const controller = steering.abortController(id);
  const options = { ...requestOptions, signal: controller.signal };
  const response = await steering.client.audio.speech.create(request, options);
  steering.tellResponse(id, response);
  if (request.stream_format !== "sse") return await steering.tellBody(id, response.body);
  for await (const message of Stream.fromSSEResponse(response, controller)) {
    steering.tellMessage(id, message, "audio");
  }
}

async function connect({ id, model, browser = false, options }, steering) {
  const Realtime = browser ? OpenAIRealtimeWebSocket : OpenAIRealtimeWS;
  const realtime = steering.keep(id, new Realtime({ model, options }, steering.client));
  realtime.on("event", (message) => {
    const hasAudio = message.type === "response.output_audio.delta";
    steering.tellMessage(id, message, hasAudio ? "delta" : undefined);
  });
  realtime.on("error", (error) => steering.tellError(id, error));
  realtime.socket.addEventListener("close", ({ code, reason }) => {
    steering.tell({ type: "closed", id, code, reason });
  });
  await new Promise((resolve, reject) => {
    realtime.socket.addEventListener("open", resolve);
    realtime.socket.addEventListener("error", reject);
  });
}

new Steering({
  createClient: (options) => new OpenAI(options),
  commands: { speak, connect },
}).run();
