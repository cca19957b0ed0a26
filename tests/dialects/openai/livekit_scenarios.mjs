/**
 * What a user of LiveKit's plugin for OpenAI does, as commands of a steered program. The command
 * `client` takes the `options` `baseURL` and `apiKey`; the others take nothing and give `result`.
 *
 * The packages are imported dynamically: Deno, which checks this file too, does not have them.
 */

const { Steering } = await import("./steering.mjs");
const { initializeLogger, llm } = await import("@livekit/agents");
const openai = await import("@livekit/agents-plugin-openai");
const { OpenAI } = await import("openai");

const TEXT = "Hello there, everybody. How are you today?";

initializeLogger({ pretty: false, level: "silent" });

const scenarios = {
  async speech(server) {
    const tts = new openai.TTS({ ...server, voice: "alloy" });
    let samples = 0;
    for await (const { frame } of tts.synthesize(TEXT)) samples += frame.samplesPerChannel;
    return samples;
  },

  async stranger({ baseURL }) {
    const tts = new openai.TTS({ baseURL, apiKey: "sk-wrong", voice: "alloy" });
    const failed = new Promise((resolve) => tts.on("error", ({ error }) => resolve(error)));
    for await (const _ of tts.synthesize(TEXT, { maxRetry: 0 }));
    return (await failed).constructor.name;
  },

  async goneInMidSpeech(server) {
    // The server answers when the first audio is there.
    const fetchAndLeave = (...request) => fetch(...request).finally(() => tts.close());
    const client = new OpenAI({ ...server, fetch: fetchAndLeave });
    const tts = new openai.TTS({ client, voice: "alloy" });
    for await (const _ of tts.synthesize("Endless. Endless."));
    return "gone";
  },

  async realtime(server) {
    const session = connect(server);
    const said = await say(session, TEXT);
    const items = session.chatCtx.items.map(({ role, content }) => [role, content]);
    await session.close();
    return { ...said, items };
  },

  async interruption(server) {
    const session = connect(server);
    const cancelled = new Promise((resolve) =>
      session.on("openai_server_event_received", ({ type, response }) => {
        if (type === "response.output_audio.delta") session.interrupt();
        if (type === "response.done") resolve(response.status);
      })
    );
    await say(session, "Endless. Endless.");
    const status = await cancelled;
    await session.close();
    return status;
  },
};

function connect(server) {
  const session = new openai.realtime.RealtimeModel({ ...server, voice: "alloy" }).session();
  session.on("error", ({ error }) => console.error(error));
  return session;
}

/** Has a text said; gives what came of it. */
async function say(session, content) {
  const message = llm.ChatMessage.create({ role: "user", content });
  await session.updateChatCtx(new llm.ChatContext([message]));
  const { messageStream } = await session.generateReply();
  let text = "";
  let samples = 0;
  for await (const { textStream, audioStream } of messageStream) {
    for await (const part of textStream) text += part;
    for await (const frame of audioStream) samples += frame.samplesPerChannel;
  }
  return { text, samples };
}

const commands = Object.fromEntries(
  Object.entries(scenarios).map(([name, play]) => [
    name,
    async (_command, steering) => ({ result: await play(steering.client) }),
  ]),
);
new Steering({ createClient: (server) => server, commands }).run();
