/**
 * What a user of @deepgram/sdk does. A scenario takes an object and gives one.
 */

import { createRequire } from "node:module";

// It is laid beside this program when that is run.
const { playScenarios } = await import("./steering.mjs");

const require = createRequire(import.meta.url);
const { DeepgramClient } = require("@deepgram/sdk");

const clientOf = ({ url, key = "key" }) => new DeepgramClient({ apiKey: key, baseUrl: url });

/** A socket of one of the versions, and what has come over it. */
async function open({ version = "v1", query = {}, ...access }) {
  const client = clientOf(access);
  const socket = await client.speak[version].connect({
    model: "one",
    reconnectAttempts: 0,
    ...query,
  });
  const news = new Inbox(socket);
  socket.connect();
  await Promise.race([
    socket.waitForOpen(),
    news.closed.then(() => Promise.reject(new Error("closed"))),
  ]);
  return { socket, news };
}

class Inbox {
  messages = [];
  #wakers = new Set();

  constructor(socket) {
    socket.on("message", (message) => {
      this.messages.push(message);
      for (const wake of this.#wakers) wake();
    });
    socket.on("error", () => {});
    this.closed = new Promise((resolve) => {
      socket.on("close", ({ code }) => {
        // Whether the SDK will connect again.
        resolve({ code, reconnects: socket.socket._shouldReconnect });
        for (const wake of this.#wakers) wake();
      });
    });
  }

  /** The first message of that type among those from `from` on. */
  async next(type, from = 0) {
    for (;;) {
      const found = this.messages.slice(from).find((message) => typeOf(message) === type);
      if (found !== undefined) return found;
      await new Promise((resolve) => {
        this.#wakers.add(resolve);
      });
    }
  }

  /** All audio among the messages from `from` on, in base64. */
  async audio(from = 0) {
    const blobs = this.messages.slice(from).filter((message) => typeOf(message) === "audio");
    return Buffer.from(await new Blob(blobs).arrayBuffer()).toString("base64");
  }

  /** The types of all messages but audio. */
  get types() {
    return this.messages.map(typeOf).filter((type) => type !== "audio");
  }
}

const typeOf = (message) => message instanceof Blob ? "audio" : message.type;

const speak = (text) => ({ type: "Speak", text });

/** What is left open on purpose. */
let left;

const scenarios = {
  async file({ version = "v1", text, query, ...access }) {
    const request = { text, model: "one", ...query };
    const { data, rawResponse } = await clientOf(access).speak[version].audio.generate(request)
      .withRawResponse();
    const audio = Buffer.from(await data.arrayBuffer()).toString("base64");
    return { audio, ...Object.fromEntries(rawResponse.headers) };
  },

  async refused({ version = "v1", text, query, ...access }) {
    const request = { text, model: "one", ...query };
    return await clientOf(access).speak[version].audio.generate(request, { maxRetries: 0 }).then(
      () => "served",
      (error) => ({ name: error.constructor.name, status: error.statusCode, body: error.body }),
    );
  },

  async aura({ tokens, query, ...access }) {
    const { socket, news } = await open({ query, ...access });
    for (const token of tokens) socket.sendText(speak(token));
    socket.sendFlush({ type: "Flush" });
    await news.next("Flushed");
    socket.sendClose({ type: "Close" });
    return { ...await news.closed, audio: await news.audio(), types: news.types };
  },

  /** Clears in mid-speech, and says something else. */
  async clear({ text, then, query, ...access }) {
    const { socket, news } = await open({ query, ...access });
    socket.sendText(speak(text));
    socket.sendFlush({ type: "Flush" });
    await news.next("audio");
    socket.sendClear({ type: "Clear" });
    await news.next("Cleared");
    const from = news.messages.length;
    socket.sendText(speak(then));
    socket.sendFlush({ type: "Flush" });
    await news.next("Flushed", from);
    socket.sendClose({ type: "Close" });
    return { ...await news.closed, audio: await news.audio(from), types: news.types };
  },

  /** Two sockets at once. */
  both({ texts, ...options }) {
    return Promise.all(texts.map((text) => this.aura({ tokens: [text], ...options })));
  },

  /** Sends whatever it is given, and gives all that came until the socket was closed. */
  async raw({ version, messages, ...access }) {
    const { socket, news } = await open({ version, ...access });
    for (const message of messages) socket.socket.send(JSON.stringify(message));
    const closed = await news.closed;
    return { ...closed, messages: news.messages.filter((message) => typeOf(message) !== "audio") };
  },

  async stranger(options) {
    return await open(options).then(() => "let in", ({ message }) => message);
  },

  async flux({ tokens, query, ...access }) {
    const { socket, news } = await open({ version: "v2", query, ...access });
    socket.sendConfigure({ type: "Configure", speed: 1 });
    for (const token of tokens) socket.sendSpeak(speak(token));
    socket.sendFlush({ type: "Flush" });
    await news.next("SpeechMetadata");
    socket.sendClose({ type: "Close" });
    const { code, reconnects } = await news.closed;
    const audio = await news.audio();
    const told = news.messages.filter((message) => typeOf(message) !== "audio");
    return { code, reconnects, audio, told };
  },

  /** Interrupts in mid-speech at a position, and says something else. */
  async interrupt({ text, then, value, query, ...access }) {
    const { socket, news } = await open({ version: "v2", query, ...access });
    socket.sendSpeak(speak(text));
    socket.sendFlush({ type: "Flush" });
    await news.next("audio");
    socket.sendInterrupt({ type: "Interrupt", playback_offset: { type: "time_ms", value } });
    const report = await news.next("SpeechInterrupted");
    const from = news.messages.length;
    socket.sendSpeak(speak(then));
    socket.sendFlush({ type: "Flush" });
    await news.next("SpeechMetadata", from);
    socket.sendClose({ type: "Close" });
    const sums = await news.next("SessionMetadata");
    return { ...await news.closed, report, sums, audio: await news.audio(from) };
  },

  /** Leaves in mid-speech. */
  async leave({ text, ...options }) {
    const { socket, news } = await open(options);
    (socket.sendText ?? socket.sendSpeak).call(socket, speak(text));
    await news.next("audio");
    socket.close();
    return "left";
  },

  /** Is still there in mid-speech when this process ends. */
  async stay({ text, ...options }) {
    left = await open(options);
    left.socket.sendText(speak(text));
    await left.news.next("audio");
    return "there";
  },
};

playScenarios(scenarios);
