/**
 * Steers `@elevenlabs/elevenlabs-js`.
 *
 * - `client` `{ options }`: of `ElevenLabsClient`, such as `baseUrl`, `apiKey`
 * - `speak` `{ id, method?, voiceId, request, requestOptions?, file? }`: a method of `textToSpeech`:
 *   `convert`, `stream`, `convertWithTimestamps` or `streamWithTimestamps`
 * - `call` `{ method, args }`: of the client, such as `voices.getAll`, `voices.search`, `models.list`
 *
 * The package has no client for the WebSockets: LiveKit's plugin has.
 *
 * @module
 */

import { Steering } from "./steering.mjs";

const { ElevenLabsClient } = await import("@elevenlabs/elevenlabs-js");

async function speak(command, steering) {
  const { id, method = "convert", voiceId, request, requestOptions } = command;
  const options = { ...requestOptions, abortSignal: steering.signal(id) };
  const response = steering.client.textToSpeech[method](voiceId, request, options);
  const { data, rawResponse } = await response.withRawResponse();
  steering.tellResponse(id, rawResponse);
  if (method === "convertWithTimestamps") {
    steering.tellMessage(id, data, "audioBase64");
  } else if (method === "streamWithTimestamps") {
    for await (const message of data) {
      steering.tellMessage(id, message, "audioBase64");
    }
  } else await steering.tellBody(id, data);
}

new Steering({
  createClient: (options) => new ElevenLabsClient(options),
  commands: { speak },
}).run();
