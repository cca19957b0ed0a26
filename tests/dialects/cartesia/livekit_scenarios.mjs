/**
 * What an agent does with @livekit/agents-plugin-cartesia. Each command is a scenario with `options`, of
 * which `url` and `key` are the plugin's, and is answered with its `result`.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";

// It is laid beside this program when that is run.
const { playScenarios } = await import("./steering.mjs");

const { initializeLogger } = await import("@livekit/agents");
const { TTS } = await import("@livekit/agents-plugin-cartesia");

initializeLogger({ pretty: false, level: "silent" });

const once = { connOptions: { maxRetry: 0, retryIntervalMs: 0, timeoutMs: 10_000 } };

const ttsOf = ({ url, key = "key", ...options }) => {
  const tts = new TTS({ apiKey: key, baseUrl: url, voice: "one", sampleRate: 16_000, ...options });
  // Whoever does not listen is thrown at.
  tts.on("error", () => {});
  return tts;
};

/** What a stream brought. */
async function collect(stream) {
  const audio = [];
  const words = [];
  let isFinal = false;
  for await (const item of stream) {
    if (typeof item === "symbol") continue;
    // A copy: the framework may use the frame's memory again.
    audio.push(Buffer.copyBytesFrom(item.frame.data));
    words.push(...(item.timedTranscripts ?? []).map(({ text }) => text));
    isFinal ||= item.final;
  }
  const sha256 = createHash("sha256").update(Buffer.concat(audio)).digest("hex");
  return { audio: sha256, words: words.join(""), isFinal };
}

function say(tts, tokens) {
  const stream = tts.stream(once);
  for (const token of tokens) stream.pushText(token);
  stream.endInput();
  return stream;
}

/** What is left open on purpose. */
let open;

const scenarios = {
  async stream({ tokens, ...options }) {
    const tts = ttsOf(options);
    const spoken = await collect(say(tts, tokens));
    await tts.close();
    return spoken;
  },

  async together({ texts, ...options }) {
    const tts = ttsOf(options);
    const spoken = await Promise.all(texts.map((text) => collect(say(tts, [text]))));
    await tts.close();
    return { audio: spoken.map(({ audio }) => audio) };
  },

  async whole({ text, ...options }) {
    const tts = ttsOf(options);
    const spoken = await collect(tts.synthesize(text, once.connOptions));
    await tts.close();
    return spoken;
  },

  /** The user interrupts the agent, who then says something else. */
  async interrupt({ tokens, next, ...options }) {
    const tts = ttsOf(options);
    const first = tts.stream(once);
    for (const token of tokens) first.pushText(token);
    for await (const item of first) if (typeof item !== "symbol") break;
    first.close();
    const spoken = await collect(say(tts, next));
    await tts.close();
    return spoken;
  },

  async fails({ text, ...options }) {
    const tts = ttsOf(options);
    const errors = [];
    tts.on("error", ({ error }) => errors.push({ status: error.statusCode, text: error.message }));
    const spoken = await collect(say(tts, [text])).catch(() => ({}));
    await tts.close();
    return { errors, audio: spoken.audio };
  },

  /** Is left in the middle of its speech. */
  async leave({ tokens, ...options }) {
    open = ttsOf(options);
    for await (const item of say(open, tokens)) if (typeof item !== "symbol") break;
    return {};
  },

  async close() {
    await open.close();
    return {};
  },
};

playScenarios(scenarios);
