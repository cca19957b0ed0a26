/** A dialect on the real core, without a socket: time moves when a test says so. */

import type { ScriptedStep } from "../../../src/backends/scripted.ts";
import { toBytes } from "../../../src/lib/pcm/bytes.ts";
import {
  type ChannelRequest,
  type Dialect,
  MAIN,
  type Message,
} from "../../../src/dialects/dialect.ts";
import type { SynthesisRequest } from "../../../src/speech/backend.ts";
import { Session } from "../../../src/speech/session.ts";
import type { SessionEvent } from "../../../src/speech/types.ts";
import { connectionLimits, Core, type CoreOptions, testLimits } from "../../helpers/core.ts";
import { timedWords } from "../../helpers/timed_words.ts";

/** A message as it was told; audio as its length. */
// deno-lint-ignore no-explicit-any
export type Told = Record<string, any>;

/** Each word takes 500 ms, and its timing is told; words that begin with `Fail` cannot be said. */
export function wordScript({ text }: SynthesisRequest): ScriptedStep[] {
  if (text.startsWith("Fail")) return [{ fail: "no such sound" }];
  const { words, audio } = timedWords(text, 500);
  return [audio, words];
}

/** Options of {@linkcode Stage}. */
export interface StageOptions extends CoreOptions {
  readonly dialect: Dialect;
  readonly channel: ChannelRequest;
}

/** One client of a dialect with one session. */
export class Stage {
  readonly told: Told[] = [];
  readonly core: Core;
  /** The WebSocket close code, once it is closed. */
  closed: number | undefined;
  readonly #dialect: Dialect;
  readonly #session: Session;
  readonly #sampleRate: number;

  constructor({ dialect, channel, ...options }: StageOptions) {
    this.core = new Core({ script: wordScript, ...options });
    this.#dialect = dialect;
    const { settings, sampleRate, frameMs, encoding } = channel;
    this.#sampleRate = sampleRate;
    const { context } = this.core;
    const limits = { ...context.limits, ...channel.limits, ...options.limits };
    this.#session = new Session({ ...context, limits }, {
      id: "session-1",
      dialect: dialect.name,
      settings,
      shape: { sampleRate, frameSamples: sampleRate * frameMs / 1000, wholeFrames: false },
      sink: { send: (event) => this.#encode(event), bufferedBytes: 0 },
      onEnd: (end) => {
        this.#tell(dialect.channelEnded?.(MAIN) ?? []);
        this.closed ??= dialect.closeCode?.(end) ?? 1001;
      },
    });
    const greeting = { sessionId: "session-1", settings, encoding, sampleRate, frameMs };
    const told = { ...testLimits, ...connectionLimits };
    this.#tell(dialect.encode({ type: "session_started", ...greeting, limits: told }, MAIN));
  }

  /** Carries messages out, as a connection does. */
  send(...messages: readonly (object | string | Uint8Array)[]): void {
    for (const message of messages) {
      const isRaw = typeof message === "string" || message instanceof Uint8Array;
      for (const item of this.#dialect.decode(isRaw ? message : JSON.stringify(message))) {
        if ("command" in item) this.#session.execute(item.command, this.core.clock.now());
        else if ("problem" in item) this.#session.refuse(item.problem);
        else if ("reply" in item) this.#tell(item.reply);
        else if ("hangUp" in item) this.closed = item.hangUp;
        else throw new Error(`the stage knows no ${JSON.stringify(item)}`);
      }
    }
  }

  /** Lets time pass, and gives what was told since this was last asked. */
  async after(ms: number): Promise<Told[]> {
    await this.core.clock.advanceAsync(ms);
    return this.news();
  }

  /** What was told since this was last asked; audio that was sent in a row is added up. */
  news(): Told[] {
    return this.told.splice(0).reduce<Told[]>((all, message) => {
      const last = all.at(-1);
      if (message.type === "audio" && last?.type === "audio") last.ms += message.ms;
      else all.push({ ...message });
      return all;
    }, []);
  }

  /** The server goes away. */
  drain(): void {
    this.#session.drain(1_000);
  }

  /** Nothing of the session's may be left. */
  async stop(): Promise<void> {
    this.#session.leave("closed");
    await this.core.stop();
  }

  #encode(event: SessionEvent): void {
    if (event.type !== "audio") return this.#tell(this.#dialect.encode(event, MAIN));
    const { pcm, ...rest } = event;
    const audio = { ...rest, bytes: toBytes(pcm), samples: pcm.length };
    this.#tell(this.#dialect.encode(audio, MAIN));
  }

  #tell(messages: readonly Message[]): void {
    for (const message of messages) {
      if (typeof message === "string") this.told.push(JSON.parse(message));
      else this.told.push({ type: "audio", ms: message.length / 2 / this.#sampleRate * 1000 });
    }
  }
}
