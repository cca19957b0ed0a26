import { assert } from "@std/assert";
import type { Decoded, WireEvent } from "../../../src/dialects/dialect.ts";
import { MAIN } from "../../../src/dialects/dialect.ts";
import { RealtimeDialect } from "../../../src/dialects/openai/realtime/dialect.ts";
import type { Command } from "../../../src/speech/types.ts";
import { connectionLimits, testLimits } from "../../helpers/core.ts";
import { voiceNames } from "./names.ts";

/** A server's event, as its client reads it. */
// deno-lint-ignore no-explicit-any
export type Told = Record<string, any>;

/** A dialect with the test in the places of client and core. */
export class Translation {
  readonly dialect: RealtimeDialect;
  /** What the client was told first. */
  readonly greeting: readonly Told[];

  constructor({ isBeta = false, maxTextCharacters = 10_000 } = {}) {
    const names = voiceNames();
    this.dialect = new RealtimeDialect({ names, lead: 5_000, model: "gpt-realtime", isBeta });
    this.greeting = this.tell({
      type: "session_started",
      sessionId: "s1",
      settings: { voice: "one", speed: 1, lead: 5_000, words: false },
      encoding: "pcm_s16le",
      sampleRate: 24_000,
      frameMs: 20,
      limits: { ...testLimits, ...connectionLimits, maxTextCharacters },
    });
  }

  /** What a client's message is decoded to. */
  decode(message: object | string): readonly Decoded[] {
    return this.dialect.decode(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** What a client's message is answered with at once. */
  ask(message: object | string): Told[] {
    return this.decode(message).flatMap((item) => {
      assert("reply" in item, `not only answers: ${JSON.stringify(item)}`);
      return item.reply.map((reply) => JSON.parse(reply as string));
    });
  }

  /** The error with which a client's message is answered at once. */
  error(message: object | string): Told {
    const [told, ...more] = this.ask(message);
    assert(told?.type === "error" && more.length === 0, JSON.stringify(told));
    return told.error;
  }

  /** The commands that a client's message is decoded to. */
  commands(message: object): Command[] {
    return this.decode(message).map((item) => {
      assert("command" in item, `not only commands: ${JSON.stringify(item)}`);
      return item.command;
    });
  }

  /** What a client is told of an event. */
  tell(event: WireEvent, channel: string = MAIN): Told[] {
    return this.dialect.encode(event, channel).map((message) => JSON.parse(message));
  }

  /** Creates an item with a text. */
  write(text: string, id?: string): void {
    const content = [{ type: "input_text", text }];
    this.ask({
      type: "conversation.item.create",
      item: { type: "message", role: "user", content, id },
    });
  }

  /** Creates a response and begins to say it; gives what the client is told. */
  begin(response: object = {}, number = 1): Told[] {
    const text = this.commands({ type: "response.create", response })
      .find((command) => command.type === "text");
    assert(text?.utteranceId !== undefined);
    return this.tell({ type: "utterance_started", utteranceId: text.utteranceId, number });
  }
}
