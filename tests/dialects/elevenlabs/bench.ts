/** A dialect by itself, with messages and events as JavaScript values. */

import { assert } from "@std/assert";
import type { Decoded, Dialect, WireEvent } from "../../../src/dialects/dialect.ts";
import type { Command, Outcome, SpokenWord } from "../../../src/speech/types.ts";

/** The translator, and the events that a session would send. */
export class Bench {
  readonly #dialect: Dialect;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  decode(message: object | string | Uint8Array): readonly Decoded[] {
    const isRaw = typeof message === "string" || message instanceof Uint8Array;
    return this.#dialect.decode(isRaw ? message : JSON.stringify(message));
  }

  /** The commands that a message becomes, each with its channel in front where it has one. */
  commands(message: object): string[] {
    return this.decode(message).map(inShort);
  }

  /** What the message is refused with. */
  refusal(message: object | string | Uint8Array) {
    const [item] = this.decode(message);
    assert(item !== undefined && "problem" in item, `${JSON.stringify(message)} was taken`);
    return item;
  }

  // deno-lint-ignore no-explicit-any
  encode(event: WireEvent, channel = ""): Record<string, any>[] {
    return this.#dialect.encode(event, channel).map((text) => JSON.parse(text as string));
  }

  // deno-lint-ignore no-explicit-any
  ended(channel = ""): Record<string, any>[] {
    return this.#dialect.channelEnded!(channel).map((text) => JSON.parse(text as string));
  }

  /** A sentence of the first utterance comes to its end. */
  sentence(index: number, sourceEnd: number, channel = "") {
    return [
      ...this.encode(sentenceStarted(index, "Hello.", 0, sourceEnd), channel),
      ...this.encode(sentenceEnded(index), channel),
    ];
  }
}

/** `text:Hello.`, `1 a:flush`, `finish`, `open 1 a` and the like. */
function inShort(item: Decoded): string {
  if ("open" in item) return `open ${item.channel}`;
  if (!("command" in item)) return Object.keys(item)[0]!;
  const { command, channel } = item;
  const name = channel === undefined ? "" : `${channel}:`;
  return `${name}${nameOf(command)}`;
}

function nameOf(command: Command): string {
  switch (command.type) {
    case "text":
      return `text:${command.text}`;
    case "configure":
      return `configure ${command.settings.speed}`;
    case "barge_in":
      return command.utteranceId === undefined ? "barge_in" : `barge_in ${command.utteranceId}`;
    default:
      return command.type;
  }
}

export function sessionStarted(): WireEvent {
  return { type: "session_started", sessionId: "s1" } as WireEvent;
}

export function utteranceStarted(utteranceId = "u1"): WireEvent {
  return { type: "utterance_started", utteranceId, number: 1 };
}

export function audio(bytes = [1, 2]): WireEvent {
  return {
    type: "audio",
    utteranceNumber: 1,
    sentenceIndex: 0,
    offsetMs: 0,
    bytes: Uint8Array.from(bytes),
    samples: bytes.length / 2,
  };
}

export function sentenceStarted(
  index: number,
  text: string,
  sourceStart: number,
  sourceEnd: number,
): WireEvent {
  const utteranceId = "u1";
  return {
    type: "sentence_started",
    utteranceId,
    index,
    text,
    sourceStart,
    sourceEnd,
    offsetMs: 0,
  };
}

export function words(...words: readonly SpokenWord[]): WireEvent {
  return { type: "words", utteranceId: "u1", index: 0, words };
}

export function sentenceEnded(index: number, durationMs = 100): WireEvent {
  return { type: "sentence_ended", utteranceId: "u1", index, durationMs, status: "completed" };
}

export function flushed(lastIndex: number): WireEvent {
  return { type: "flushed", utteranceId: "u1", lastIndex };
}

export function utteranceEnded(outcome: Outcome = "completed"): WireEvent {
  return {
    type: "utterance_ended",
    utteranceId: "u1",
    outcome,
    durationMs: 100,
    sentences: 1,
    failedSentences: 0,
    characters: 1,
    timeToFirstAudioMs: 1,
  };
}

export function failure(code: "synthesis_failed" | "text_too_long" | "idle_timeout"): WireEvent {
  return { type: "error", problem: { code, message: "it went wrong" }, fatal: false };
}
