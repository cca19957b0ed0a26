/**
 * Syrinx for pages and programs: say text, know what was heard, interrupt.
 *
 * A session outlives its connections: after a lost one it says on the next, which may be with
 * another server, what the listener has not heard. A sentence that was cut begins again; nothing else
 * is heard twice, and nothing is left out.
 *
 * @example In a page
 * ```html
 * <button id="speak">Speak</button>
 * <script type="module">
 *   import { connect } from "http://localhost:8081/client.js";
 *   document.querySelector("#speak").onclick = async () => {
 *     const session = await connect("http://localhost:8081");
 *     console.log(await session.say("Hello, I am Syrinx.").heard);
 *   };
 * </script>
 * ```
 *
 * @example In Deno or Node, where there is nothing to play with: audio goes to the program
 * ```ts
 * import { connect } from "./client.js";
 *
 * const session = await connect("http://localhost:8081", { onAudio: ({ pcm }) => play(pcm) });
 * const { heard } = session.say("Hello, I am Syrinx.");
 * console.log((await heard).text);
 * await session.close();
 * ```
 *
 * @module
 */

export { attachVoice } from "../voice/attach_voice.ts";
export { connect } from "./connect.ts";
export { SyrinxError } from "./errors.ts";
export type {
  AudioChunk,
  AudioState,
  BargeInReport,
  Heard,
  Outcome,
  PlaybackStats,
  SayOptions,
  SayText,
  SentenceEvent,
  Session,
  SessionEvents,
  SessionInfo,
  SessionState,
  Utterance,
  UtteranceEvents,
  WordEvent,
} from "./api.ts";
export type {
  ConnectOptions,
  ReconnectOptions,
  WebSocketConstructor,
  WebSocketLike,
} from "./options.ts";
export type { AudioContextLike, AudioNodeLike } from "./web_audio.ts";
export type {
  MicrophoneLike,
  Voice,
  VoiceContextLike,
  VoiceEvents,
  VoiceOptions,
  VoiceState,
} from "../voice/api.ts";
export type { VoiceSettings } from "../voice/messages.ts";
