/**
 * Voice barge-in: with the microphone on, a listener interrupts by speaking.
 *
 * @module
 */

import type { Session } from "../client/api.ts";
import { Emitter } from "../client/emitter.ts";
import { SyrinxError } from "../client/errors.ts";
import type { AudioNodeLike } from "../client/web_audio.ts";
import type { MicrophoneLike, Voice, VoiceContextLike, VoiceEvents, VoiceOptions } from "./api.ts";
import { Interrupter } from "./interrupter.ts";
import type { FromListener, VoiceSettings } from "./messages.ts";
import { openMicrophone } from "./microphone.ts";
import { VOICE_PROCESSOR } from "./processor_name.ts";

const DEFAULTS: VoiceSettings = { sensitivity: 0.5, minSpeechMs: 250 };

/** As much of Web Audio as only this file uses. */
interface VoiceAudio {
  readonly AudioContext?: new () => VoiceContextLike;
  readonly AudioWorkletNode: new (
    context: VoiceContextLike,
    name: string,
    options: { numberOfOutputs: number; channelCount: number; processorOptions: VoiceSettings },
  ) => AudioNodeLike & { readonly port: MessagePort };
}

/**
 * Lets the listener interrupt a session by speaking. What may be speech pauses it at once; if it was
 * not (a cough, a door), the session goes on where it stopped. Call it while you handle a click: the
 * browser asks for the microphone. Nothing that is heard leaves the page.
 *
 * @throws {SyrinxError} `no_microphone` or `no_audio`.
 *
 * @example
 * ```ts
 * import { attachVoice, connect } from "http://localhost:8081/client.js";
 *
 * const session = await connect("http://localhost:8081");
 * const voice = await attachVoice(session, { sensitivity: 0.6 });
 * voice.on("bargeIn", ({ heardText }) => console.log(heardText));
 * ```
 */
export async function attachVoice(session: Session, options: VoiceOptions = {}): Promise<Voice> {
  const { AudioContext } = globalThis as unknown as VoiceAudio;
  const { sensitivity = DEFAULTS.sensitivity, minSpeechMs = DEFAULTS.minSpeechMs } = options;
  // Before anything is waited for: a browser lets it run only while it handles a click.
  const context = options.audioContext ?? (AudioContext && new AudioContext());
  if (context?.audioWorklet === undefined) {
    throw new SyrinxError("no_audio", "a voice needs a page from https: or localhost");
  }
  context.resume().catch(() => {});
  const closeContext = () =>
    options.audioContext === undefined ? context.close() : Promise.resolve();
  try {
    const url = new URL(options.workletUrl ?? "./voice_worklet.js", import.meta.url);
    await context.audioWorklet.addModule(url.href);
    const microphone = options.stream ?? await openMicrophone();
    return new MicrophoneVoice({
      session,
      context,
      microphone,
      settings: { sensitivity, minSpeechMs },
      free: () => {
        if (options.stream === undefined) {
          for (const track of microphone.getTracks()) track.stop();
        }
        return closeContext();
      },
    });
  } catch (error) {
    await closeContext();
    if (error instanceof SyrinxError) throw error;
    throw new SyrinxError("no_audio", "the voice's worklet cannot be loaded", { cause: error });
  }
}

interface MicrophoneVoiceOptions {
  readonly session: Session;
  readonly context: VoiceContextLike;
  readonly microphone: MicrophoneLike;
  readonly settings: VoiceSettings;
  /** Gives back what was opened for it. */
  readonly free: () => Promise<void>;
}

class MicrophoneVoice implements Voice {
  readonly #options: MicrophoneVoiceOptions;
  readonly #emitter = new Emitter<VoiceEvents>();
  readonly #interrupter: Interrupter;
  readonly #source: AudioNodeLike;
  readonly #node: AudioNodeLike & { readonly port: MessagePort };
  readonly #leave: () => void;
  #settings: VoiceSettings;
  #closing: Promise<void> | undefined;

  constructor(options: MicrophoneVoiceOptions) {
    const { session, context, microphone, settings } = options;
    const { AudioWorkletNode } = globalThis as unknown as VoiceAudio;
    this.#options = options;
    this.#settings = settings;
    this.#interrupter = new Interrupter({
      session,
      onBargeIn: (report) => this.#emitter.emit("bargeIn", report),
      onFalseAlarm: () => this.#emitter.emit("falseAlarm", undefined),
    });
    this.#node = new AudioWorkletNode(context, VOICE_PROCESSOR, {
      numberOfOutputs: 0,
      channelCount: 1,
      processorOptions: settings,
    });
    this.#node.port.onmessage = ({ data }: MessageEvent<FromListener>) => this.#receive(data);
    this.#source = context.createMediaStreamSource(microphone);
    this.#source.connect(this.#node);
    this.#leave = session.on("state", (state) => {
      if (state === "closed") void this.close();
    });
    for (const track of microphone.getTracks()) {
      track.addEventListener("ended", () => {
        void this.#end(new SyrinxError("no_microphone", "the microphone is gone"));
      });
    }
  }

  get state() {
    return this.#interrupter.state;
  }

  configure(settings: Partial<VoiceSettings>): void {
    this.#settings = { ...this.#settings, ...settings };
    this.#node.port.postMessage(this.#settings);
  }

  close(): Promise<void> {
    return this.#end(undefined);
  }

  on<Type extends keyof VoiceEvents>(
    type: Type,
    listener: (event: VoiceEvents[Type]) => void,
  ): () => void {
    return this.#emitter.on(type, listener);
  }

  #receive(message: FromListener): void {
    if (message.type === "level") {
      const { db, thresholdDb } = message;
      return this.#emitter.emit("level", { db, thresholdDb });
    }
    this.#emitter.emit("state", message.state);
    this.#interrupter.hear(message.state);
  }

  #end(error: SyrinxError | undefined): Promise<void> {
    this.#closing ??= this.#shutDown(error);
    return this.#closing;
  }

  async #shutDown(error: SyrinxError | undefined): Promise<void> {
    this.#leave();
    this.#node.port.onmessage = null;
    this.#node.port.postMessage(undefined);
    this.#source.disconnect();
    this.#node.disconnect();
    this.#interrupter.stop();
    await this.#options.free();
    this.#emitter.emit("ended", error);
  }
}
