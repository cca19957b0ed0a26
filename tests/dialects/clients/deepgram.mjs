/**
 * Steers `@deepgram/sdk`.
 *
 * - `client` `{ options }`: of `DeepgramClient`, such as `baseUrl`, `apiKey`, `accessToken`
 * - `speak` `{ id, version?, request, requestOptions?, file? }`: `speak.v1.audio.generate`, or `v2`
 * - `connect` `{ id, version?, args }`: `speak.v1.connect`, or `v2`; done when it is open
 * - `call` `{ id, method, args }`: of a socket, such as `sendText`, `sendFlush`, `sendClear`, `close`
 *
 * A socket tells `opened` (again when it reconnects), `message`, `audio`, `error` and `closed`.
 *
 * @module
 */

import { Steering } from "./steering.mjs";

const { DeepgramClient } = await import("@deepgram/sdk");

async function speak({ id, version = "v1", request, requestOptions }, steering) {
  const options = { ...requestOptions, abortSignal: steering.signal(id) };
  const response = steering.client.speak[version].audio.generate(request, options);
  const { data, rawResponse } = await response.withRawResponse();
  steering.tellResponse(id, rawResponse);
  await steering.tellBody(id, data.stream());
}

async function connect({ id, version = "v1", args }, steering) {
  const options = { ...args, abortSignal: steering.signal(id) };
  const socket = steering.keep(id, await steering.client.speak[version].connect(options));
  socket.on("open", () => steering.tell({ type: "opened", id }));
  socket.on("message", (message) => {
    if (message instanceof Blob) steering.tellAudio(id, message);
    else steering.tell({ type: "message", id, message });
  });
  socket.on("error", (error) => steering.tellError(id, error));
  socket.on("close", ({ code, reason }) => steering.tell({ type: "closed", id, code, reason }));
  socket.connect();
  await socket.waitForOpen();
}

new Steering({
  createClient: (options) => new DeepgramClient(options),
  commands: { speak, connect },
}).run();
