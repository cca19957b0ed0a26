/**
 * Steers LiveKit's agents with one of their speech plugins.
 *
 * - `client` `{ options: { vendor, tlsPort?, ...rest } }`: `vendor` is `deepgram`, `elevenlabs`,
 *   `openai` or `cartesia`; the rest is of its `TTS`. Deepgram's `synthesize` always calls port 443:
 *   `tlsPort` leads HTTPS requests to another
 * - `stream` `{ id, connOptions? }`: `tts.stream`; tells `opened`, done when it has ended
 * - `synthesize` `{ id, text, connOptions? }`: `tts.synthesize`, told alike
 * - `call` `{ id, method, args }`: of a stream: `pushText`, `flush`, `endInput`, `close`
 * - `call` `{ method, args }`: of the plugin: `listVoices`, `prewarm`, `updateOptions`, `close`
 *
 * A stream tells `audio` for each frame, with what came with it in `message`: `transcripts` are the
 * timed words; and `message` `{ end: true }` for the end of a segment. The plugin tells `error`
 * and `metrics`.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import https from "node:https";
import process from "node:process";
import tls from "node:tls";
import { describe, Steering } from "./steering.mjs";

const { initializeLogger, tts } = await import("@livekit/agents");

initializeLogger({ pretty: false, level: process.env.LIVEKIT_LOG_LEVEL ?? "warn" });

async function createClient({ vendor, tlsPort, ...options }) {
  if (tlsPort !== undefined) https.globalAgent = agentTo(tlsPort);
  const { TTS } = await import(`@livekit/agents-plugin-${vendor}`);
  const client = new TTS(options);
  client.on("error", ({ error, recoverable }) => {
    steering.tell({ type: "error", error: describe(error), recoverable });
  });
  client.on("metrics_collected", (metrics) => steering.tell({ type: "metrics", metrics }));
  return client;
}

function agentTo(port) {
  const agent = new https.Agent();
  agent.createConnection = (options) => tls.connect({ ...options, port });
  return agent;
}

async function stream({ id, connOptions }, steering) {
  const options = connOptions && { connOptions: complete(connOptions) };
  await follow(id, steering.client.stream(options), steering);
}

async function synthesize({ id, text, connOptions }, steering) {
  const options = connOptions && complete(connOptions);
  await follow(id, steering.client.synthesize(text, options, steering.signal(id)), steering);
}

/** The plugins take all of these options or none. */
function complete(connOptions) {
  return { maxRetry: 3, retryIntervalMs: 2_000, timeoutMs: 10_000, ...connOptions };
}

async function follow(id, speech, steering) {
  steering.keep(id, speech);
  steering.tell({ type: "opened", id });
  for await (const event of speech) {
    if (event === tts.SynthesizeStream.END_OF_STREAM) {
      steering.tell({ type: "message", id, message: { end: true } });
    } else tellFrame(id, event, steering);
  }
}

function tellFrame(id, { frame, timedTranscripts, requestId, segmentId, final }, steering) {
  const { data, sampleRate } = frame;
  const transcripts = timedTranscripts?.map(({ text, startTime, endTime }) => {
    return { text, startTime, endTime };
  });
  // A copy: the framework may use the frame's memory again.
  const bytes = Buffer.copyBytesFrom(data);
  steering.tellAudio(id, bytes, { requestId, segmentId, final, sampleRate, transcripts });
}

const steering = new Steering({ createClient, commands: { stream, synthesize } });
steering.run();
