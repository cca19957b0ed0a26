/**
 * What a user of `openai` does, as commands of a steered program. The command `client` takes the
 * `options` `url` (with https) and `key`; the others take nothing and give `result`.
 *
 * The packages are imported dynamically: Deno, which checks this file too, does not have them.
 */

import { Buffer } from "node:buffer";

const { Steering } = await import("./steering.mjs");
const { OpenAI } = await import("openai");
const { Stream } = await import("openai/core/streaming");
const { OpenAIRealtimeWS } = await import("openai/realtime/ws");
const { OpenAIRealtimeWebSocket } = await import("openai/realtime/websocket");
const { OpenAIRealtimeWS: BetaRealtimeWS } = await import("openai/beta/realtime/ws");

const TEXT = "Hello there, everybody. How are you today?";
const SPEECH = { model: "gpt-4o-mini-tts", voice: "alloy", input: TEXT };

/** One with the key, and one with a wrong key. The browsers' WebSocket wants to be allowed. */
const createClient = ({ url, key }) => {
  const options = { baseURL: url, maxRetries: 0, dangerouslyAllowBrowser: true };
  return {
    client: new OpenAI({ ...options, apiKey: key }),
    stranger: new OpenAI({ ...options, apiKey: "sk-wrong" }),
  };
};

const scenarios = {
  async formats({ client }) {
    const lengths = {};
    for (const response_format of ["mp3", "opus", "flac", "wav", "pcm"]) {
      const response = await client.audio.speech.create({ ...SPEECH, response_format });
      lengths[response_format] = (await response.arrayBuffer()).byteLength;
    }
    return lengths;
  },

  async pcm({ client }) {
    const wanted = { ...SPEECH, response_format: "pcm", stream_format: "audio" };
    const response = await client.audio.speech.create(wanted);
    const parts = [];
    for await (const part of response.body) parts.push(part);
    return Buffer.concat(parts).toString("base64");
  },

  async events({ client }) {
    const controller = new AbortController();
    const wanted = { ...SPEECH, response_format: "pcm", stream_format: "sse" };
    const response = await client.audio.speech.create(wanted);
    const parts = [];
    let usage;
    for await (const event of Stream.fromSSEResponse(response, controller)) {
      if (event.type === "speech.audio.delta") parts.push(Buffer.from(event.audio, "base64"));
      else usage = event.usage;
    }
    return { audio: Buffer.concat(parts).toString("base64"), usage };
  },

  async errors({ client, stranger }) {
    const attempts = {
      voice: () => client.audio.speech.create({ ...SPEECH, voice: "nobody" }),
      length: () => client.audio.speech.create({ ...SPEECH, input: "a".repeat(5_000) }),
      format: () => client.audio.speech.create({ ...SPEECH, response_format: "aac" }),
      key: () => stranger.audio.speech.create(SPEECH),
      model: () => client.models.retrieve("whisper-1"),
      failure: () => client.audio.speech.create({ ...SPEECH, input: "Fail." }),
    };
    const errors = {};
    for (const [name, attempt] of Object.entries(attempts)) {
      const error = await attempt().then(() => "no error", (error) => error);
      const { code, param, type, requestID } = error;
      errors[name] = [error.constructor.name, type, code, param, typeof requestID];
    }
    return errors;
  },

  async aborted({ client }) {
    const controller = new AbortController();
    const wanted = { ...SPEECH, input: "Endless. Endless.", response_format: "pcm" };
    const response = await client.audio.speech.create(wanted, { signal: controller.signal });
    const reader = response.body.getReader();
    await reader.read();
    controller.abort();
    return reader.read().then(() => "went on", (error) => error.name);
  },

  async models({ client }) {
    const ids = [];
    for await (const { id } of client.models.list()) ids.push(id);
    return { ids, one: (await client.models.retrieve("tts-1")).id };
  },

  async realtime({ client }) {
    const realtime = await connect(new OpenAIRealtimeWS({ model: "gpt-realtime" }, client));
    const audio = collect(realtime, "response.output_audio.delta");
    realtime.send({
      type: "session.update",
      session: { type: "realtime", audio: { output: { voice: "alloy" } } },
    });
    const { session } = await next(realtime, "session.updated");
    const { response } = await speak(realtime, TEXT);
    realtime.close();
    return {
      voice: session.audio.output.voice,
      status: response.status,
      content: response.output[0].content,
      audio: audio(),
    };
  },

  async interruption({ client }) {
    const realtime = await connect(new OpenAIRealtimeWS({ model: "gpt-realtime" }, client));
    write(realtime, "Endless. Endless.");
    realtime.send({ type: "response.create" });
    const { item_id } = await next(realtime, "response.output_audio.delta");
    realtime.send({ type: "response.cancel" });
    const { response } = await next(realtime, "response.done");
    const heard = { item_id, content_index: 0, audio_end_ms: 10 };
    realtime.send({ type: "conversation.item.truncate", ...heard });
    const truncated = await next(realtime, "conversation.item.truncated");
    const error = nextError(realtime);
    realtime.send({ type: "response.cancel", event_id: "mine" });
    const { code, event_id } = (await error).error;
    realtime.close();
    return { status: response.status, heard: truncated.audio_end_ms, code, event_id };
  },

  async browser({ client }) {
    const socket = new OpenAIRealtimeWebSocket({ model: "gpt-realtime" }, client);
    const realtime = await connect(socket);
    const { response } = await speak(realtime, TEXT);
    const { protocol } = socket.socket;
    realtime.close();
    return { protocol, status: response.status };
  },

  async beta({ client }) {
    const realtime = await connect(new BetaRealtimeWS({ model: "gpt-4o-realtime" }, client));
    const audio = collect(realtime, "response.audio.delta");
    realtime.send({ type: "session.update", session: { voice: "alloy" } });
    const { session } = await next(realtime, "session.updated");
    const { response } = await speak(realtime, TEXT);
    realtime.close();
    return { voice: session.voice, status: response.status, audio: audio() };
  },

  async stranger({ stranger }) {
    const realtime = new OpenAIRealtimeWS({ model: "gpt-realtime" }, stranger);
    return (await nextError(realtime)).message;
  },

  async goneInMidSpeech({ client }) {
    const realtime = await connect(new OpenAIRealtimeWS({ model: "gpt-realtime" }, client));
    write(realtime, "Endless. Endless.");
    realtime.send({ type: "response.create" });
    await next(realtime, "response.output_audio.delta");
    realtime.socket.terminate();
    return "gone";
  },
};

function next(realtime, type) {
  return new Promise((resolve) => realtime.once(type, resolve));
}

function nextError(realtime) {
  return next(realtime, "error");
}

async function connect(realtime) {
  await next(realtime, "session.created");
  return realtime;
}

/** Keeps the audio; gives all of it so far. */
function collect(realtime, type) {
  const parts = [];
  realtime.on(type, ({ delta }) => parts.push(Buffer.from(delta, "base64")));
  return () => Buffer.concat(parts).toString("base64");
}

function write(realtime, text) {
  const content = [{ type: "input_text", text }];
  realtime.send({
    type: "conversation.item.create",
    item: { type: "message", role: "user", content },
  });
}

function speak(realtime, text) {
  write(realtime, text);
  realtime.send({ type: "response.create" });
  return next(realtime, "response.done");
}

const commands = Object.fromEntries(
  Object.entries(scenarios).map(([name, play]) => [
    name,
    async (_command, steering) => ({ result: await play(steering.client) }),
  ]),
);
new Steering({ createClient, commands }).run();
