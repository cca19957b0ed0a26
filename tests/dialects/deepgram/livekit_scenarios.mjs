/**
 * What an agent does with @livekit/agents-plugin-deepgram. A scenario takes an object and gives one.
 */

import { createRequire } from "node:module";

// It is laid beside this program when that is run.
const { playScenarios } = await import("./steering.mjs");

const require = createRequire(import.meta.url);
const { initializeLogger } = require("@livekit/agents");
const { TTS } = require("@livekit/agents-plugin-deepgram");

initializeLogger({ pretty: false, level: "silent" });

const once = { connOptions: { maxRetry: 0, retryIntervalMs: 0, timeoutMs: 10_000 } };

const ttsOf = ({ url, key = "key", ...options }) => {
  const tts = new TTS({ apiKey: key, baseUrl: url, model: "one", sampleRate: 16_000, ...options });
  // Whoever does not listen is thrown at.
  tts.on("error", ({ error }) => tts.errors.push(error));
  return Object.assign(tts, { errors: [] });
};

function say(tts, tokens) {
  const stream = tts.stream(once);
  for (const token of tokens) stream.pushText(token);
  stream.flush();
  stream.endInput();
  return stream;
}

/** All audio of a stream, in base64. */
async function collect(stream) {
  const audio = [];
  for await (const item of stream) {
    if (typeof item === "symbol") continue;
    const { data } = item.frame;
    audio.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  }
  return Buffer.concat(audio).toString("base64");
}

const scenarios = {
  async stream({ tokens, ...options }) {
    return await collect(say(ttsOf(options), tokens));
  },

  both({ texts, ...options }) {
    return Promise.all(texts.map((text) => this.stream({ tokens: [text], ...options })));
  },

  async fails({ tokens, ...options }) {
    const tts = ttsOf(options);
    const audio = await collect(say(tts, tokens)).catch(String);
    return { audio, errors: tts.errors.map((error) => error.message) };
  },

  /** Closes the stream in mid-speech: the plugin sends nothing for a while. */
  async close({ text, ...options }) {
    const stream = say(ttsOf(options), [text]);
    await stream.next();
    stream.close();
    return "closed";
  },
};

playScenarios(scenarios);
