/**
 * `stream-input`: a connection that says one text after the other.
 *
 * Source: ElevenLabs' AsyncAPI specification; `InitializeConnection`, `SendText` and `CloseConnection`
 * of @elevenlabs/elevenlabs-js 2.73.0.
 *
 * @module
 */

import type { Decoded, Dialect, WireEvent } from "../dialect.ts";
import { attempt } from "../fields.ts";
import {
  badMessage,
  type ClientMessage,
  parseMessage,
  readClientMessage,
} from "./client_message.ts";
import { Context, type ContextOptions } from "./context.ts";

/** See the module. */
export class StreamInput implements Dialect {
  readonly name = "elevenlabs";
  readonly #context: Context;
  /** Whether the client has said that it has no more text. */
  #isFinished = false;

  constructor(options: Omit<ContextOptions, "hasReplies">) {
    this.#context = new Context({ ...options, hasReplies: true });
  }

  decode(data: string | Uint8Array): readonly Decoded[] {
    if (this.#isFinished) return [];
    const parsed = parseMessage(data);
    if ("problem" in parsed) return [parsed];
    const message = attempt(() => readClientMessage(parsed.message));
    return "field" in message ? [{ problem: badMessage(message) }] : this.#decode(message);
  }

  encode(event: WireEvent): string[] {
    return this.#context.encode(event).map((message) => JSON.stringify(message));
  }

  channelEnded(): string[] {
    return this.#context.end().map((message) => JSON.stringify(message));
  }

  #decode({ key, text, speed, schedule, ...options }: ClientMessage): readonly Decoded[] {
    if (schedule !== undefined) this.#context.follow(schedule);
    const items: Decoded[] = [];
    if (key !== undefined) items.push({ key });
    if (speed !== undefined) items.push(configure(speed));
    if (text === "") {
      this.#isFinished = true;
      return [...items, { finish: true }];
    }
    return [...items, ...this.#context.say(text ?? "", options).map((command) => ({ command }))];
  }
}

function configure(speed: number): Decoded {
  return { command: { type: "configure", settings: { speed } } };
}
