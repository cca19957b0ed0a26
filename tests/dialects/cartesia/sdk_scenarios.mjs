/**
 * What a user of @cartesia/cartesia-js does. Each command is a scenario with `options`, of which `url`
 * and `key` are the client's, and is answered with its `result`.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";

// It is laid beside this program when that is run.
const { playScenarios } = await import("./steering.mjs");

// Of the package's two builds the one that finds `ws`, as it does in most programs.
const { Cartesia } = createRequire(import.meta.url)("@cartesia/cartesia-js");

const FORMAT = { container: "raw", encoding: "pcm_s16le", sample_rate: 16_000 };

const clientOf = ({ url, key = "key" }) =>
  new Cartesia({ apiKey: key, baseURL: url, maxRetries: 0 });

const requestOf = (text, fields = {}) => ({
  model_id: "sonic-3",
  transcript: text,
  voice: { mode: "id", id: "one" },
  output_format: FORMAT,
  ...fields,
});

const contextOf = (fields = {}) => ({
  model_id: "sonic-3",
  voice: "one",
  output_format: FORMAT,
  ...fields,
});

const sha256 = (parts) => createHash("sha256").update(Buffer.concat(parts)).digest("hex");

/** What a stream of responses brought. */
async function collect(responses, onResponse = () => {}) {
  const types = [];
  const flushIds = new Set();
  const timestamps = [];
  const audio = [];
  for await (const response of responses) {
    if (response.type !== types.at(-1)) types.push(response.type);
    if (response.type === "chunk") audio.push(Buffer.from(response.data, "base64"));
    if (response.type === "timestamps") timestamps.push(response.word_timestamps);
    if (response.flush_id !== undefined) flushIds.add(response.flush_id);
    onResponse(response);
  }
  return { types, flushIds: [...flushIds], timestamps, audio: sha256(audio) };
}

/** How a promise was rejected. */
async function failureOf(promise) {
  try {
    await promise;
    return { name: "none" };
  } catch (error) {
    return { name: error.constructor.name, status: error.status, message: error.message };
  }
}

/** The socket that is left open on purpose. */
let open;

const scenarios = {
  async file({ text, format, ...options }) {
    const answer = await clientOf(options).tts.generate(requestOf(text, { output_format: format }));
    const bytes = Buffer.from(await answer.arrayBuffer());
    return { type: answer.headers.get("content-type"), bytes: bytes.toString("base64") };
  },

  async events({ text, fields, ...options }) {
    return collect(await clientOf(options).tts.generateSSE(requestOf(text, fields)));
  },

  async voices(options) {
    const client = clientOf(options);
    const ids = [];
    for await (const voice of client.voices.list({ limit: 1 })) ids.push(voice.id);
    return { ids, one: await client.voices.get("one") };
  },

  async refused({ text, fields, ...options }) {
    return await failureOf(clientOf(options).tts.generate(requestOf(text, fields)));
  },

  async generate({ text, fields, ...options }) {
    const socket = await clientOf(options).tts.websocket();
    const spoken = await collect(socket.generate(requestOf(text, fields)));
    socket.close();
    return spoken;
  },

  /** Tokens of two turns, with a flush between them. */
  async tokens({ first, second, ...options }) {
    const socket = await clientOf(options).tts.websocket();
    const context = socket.context(contextOf({ max_buffer_delay_ms: 2_000 }));
    for (const transcript of first) await context.push({ transcript });
    await context.flush();
    for (const transcript of second) await context.push({ transcript });
    await context.no_more_inputs();
    const spoken = await collect(context.receive());
    socket.close();
    return spoken;
  },

  async together({ texts, ...options }) {
    const socket = await clientOf(options).tts.websocket();
    const spoken = await Promise.all(texts.map(async (transcript) => {
      const context = socket.context(contextOf());
      await context.push({ transcript });
      await context.no_more_inputs();
      return collect(context.receive());
    }));
    socket.close();
    return { audio: spoken.map(({ audio }) => audio) };
  },

  /** Cancels at the first audio, and speaks again in the same context. */
  async interrupt({ text, ...options }) {
    const socket = await clientOf(options).tts.websocket();
    const contextId = "mine";
    const first = socket.context(contextOf({ contextId }));
    await first.push({ transcript: text });
    const cut = await collect(first.receive(), () => void first.cancel());
    const types = [];
    const done = new Promise((resolve) => socket.on("done", resolve));
    socket.on("event", ({ type }) => types.push(type));
    await done;
    const second = socket.context(contextOf({ contextId }));
    const again = await collect(second.generate({ transcript: "Hi.", continue: false }));
    socket.close();
    return { cut: cut.types, late: types.slice(0, types.indexOf("done") + 1), again: again.types };
  },

  async fails({ text, fields, ...options }) {
    const socket = await clientOf(options).tts.websocket();
    socket.on("error", () => {});
    const context = socket.context(contextOf(fields));
    await context.push({ transcript: text });
    const failure = await failureOf(collect(context.receive()));
    const after = await collect(socket.generate(requestOf("Hi.")));
    socket.close();
    return { ...failure, after: after.types };
  },

  async stranger(options) {
    const failure = await failureOf(clientOf(options).tts.websocket());
    return { message: failure.message };
  },

  /** Is left in the middle of its speech. */
  async leave({ text, ...options }) {
    open = await clientOf(options).tts.websocket();
    const context = open.context(contextOf());
    await context.push({ transcript: text });
    for await (const response of context.receive()) return { type: response.type };
  },

  close() {
    open.close();
    return {};
  },
};

playScenarios(scenarios);
