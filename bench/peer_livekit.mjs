/**
 * LiveKit's agents over the scripted engine, in Node: `peer_livekit.mjs FOLDER TIMES KIND`. As
 * "process" it does what it is told in lines of JSON, and listens to itself; as "socket" it is a
 * server that takes and gives what Syrinx's session protocol has for it.
 *
 * @module
 */

import { createInterface } from "node:readline";
import process from "node:process";
import { chunksOf, converse, pause, SAMPLE_RATE } from "./peer_script.mjs";

const [folder, times, kind] = process.argv.slice(2);
const { firstMs, chunkMs } = JSON.parse(times);
const load = (path) => import(`file://${folder}/node_modules/${path}`);
const { AudioByteStream, initializeLogger, tokenize, tts } = await load(
  "@livekit/agents/dist/index.js",
);
const { AudioFrame } = await load("@livekit/rtc-node/dist/index.js");

/** A sentence. */
class Speech extends tts.ChunkedStream {
  label = "scripted";
  #chunks;

  constructor(text, engine, options, signal) {
    super(text, engine, options, signal);
    this.#chunks = chunksOf(text);
  }

  async run() {
    const bytes = kind.endsWith("bytes") ? new AudioByteStream(SAMPLE_RATE, 1) : undefined;
    const last = this.#chunks.length - 1;
    for (const [index, pcm] of this.#chunks.entries()) {
      const waitMs = index === 0 ? firstMs : chunkMs;
      if (waitMs > 0) await pause(waitMs, this.abortSignal);
      if (this.abortSignal.aborted) return;
      const frames = bytes === undefined
        ? [new AudioFrame(pcm, SAMPLE_RATE, 1, pcm.length)]
        : [...bytes.write(pcm), ...index === last ? bytes.flush() : []];
      for (const frame of frames) {
        this.queue.put({ requestId: "r", segmentId: "s", frame, final: index === last });
      }
    }
    this.queue.close();
  }
}

/** An engine that speaks whole sentences. */
class Engine extends tts.TTS {
  label = "scripted";

  constructor() {
    super(SAMPLE_RATE, 1, { streaming: false });
  }

  synthesize(text, options, signal) {
    return new Speech(text, this, options, signal);
  }
}

/** Begins a reply. */
function speak(adapter, { frame, end }) {
  const stream = adapter.stream();
  const read = async () => {
    for await (const audio of stream) {
      if (audio === tts.SynthesizeStream.END_OF_STREAM) break;
      frame(audio.frame);
    }
    stream.close();
    end();
  };
  read();
  return {
    write(text, isLast) {
      stream.pushText(text);
      if (isLast) stream.endInput();
    },
    interrupt: () => stream.close(),
  };
}

/** Does what the lines say. */
async function obey(adapter) {
  const open = ({ hear, end }) =>
    speak(adapter, { frame: ({ samplesPerChannel }) => hear(samplesPerChannel), end });
  console.log("ready");
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await converse(open, JSON.parse(line))));
  }
}

/** Serves. */
async function serve(adapter) {
  const { WebSocketServer } = await load("ws/wrapper.mjs");
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  server.on("listening", () => console.log(`ws://127.0.0.1:${server.address().port}`));
  server.on("connection", (socket) => {
    let reply;
    const open = () =>
      speak(adapter, {
        frame: ({ data }) =>
          socket.send(Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
        end: () => {
          reply = undefined;
          socket.send(JSON.stringify({ type: "utterance_ended" }));
        },
      });
    socket.send(JSON.stringify({ type: "session_started" }));
    socket.on("message", (data) => {
      const message = JSON.parse(data.toString());
      if (message.type === "text") (reply ??= open()).write(message.text, message.final);
      else reply?.interrupt();
    });
  });
}

initializeLogger({ pretty: false, level: "error" });
const adapter = new tts.StreamAdapter(new Engine(), new tokenize.basic.SentenceTokenizer());
if (kind.startsWith("socket")) serve(adapter);
else obey(adapter);
