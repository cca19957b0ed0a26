/**
 * Deepgram's WebSocket `/v1/speak`.
 *
 * Sources: the types of `@deepgram/sdk` 5.13.0, and Deepgram's documentation, "Flush", "Clear",
 * "Close" and "TTS Troubleshooting WebSocket, NET, and DATA Errors".
 *
 * @module
 */

import type { Problem, SessionEnd, SessionEvent } from "../../speech/types.ts";
import type { Decoded, Dialect, Message, WireEvent } from "../dialect.ts";
import { attempt, type Message as Fields, parseObject } from "../fields.ts";
import { CUT_OFF, streamCode } from "./errors.ts";
import type { Model } from "./model.ts";
import { readText } from "./text.ts";

/** RFC 6455, 7.4.1. */
const NORMAL = 1000;

type Ended = Extract<SessionEvent, { type: "utterance_ended" }>;

/** Flushes that are answered when an utterance has ended: its own, and empty ones that came after. */
interface PendingFlush {
  readonly utteranceId: string;
  answers: number;
}

/**
 * What is flushed together is one utterance. All state follows from what happened, and not from what
 * was asked: a message may still be refused after it was read.
 */
export class AuraDialect implements Dialect {
  readonly name = "deepgram";
  readonly #model: Model;
  /** The utterance that takes text. */
  #open: string | undefined;
  #opened = 0;
  #flushes: PendingFlush[] = [];
  /** Number of the next `Flushed` or `Cleared`. */
  #sequence = 0;
  /** `Clear`s that were read and not carried out. */
  #clears = 0;
  /** Whether the client has been told why the session ends. */
  #hasFailed = false;

  constructor(model: Model) {
    this.#model = model;
  }

  decode(data: string | Uint8Array): readonly Decoded[] {
    if (typeof data !== "string") {
      return refuse({ code: "unsupported", message: "only text messages are taken" });
    }
    const message = parseObject(data);
    if (message === undefined) {
      return refuse({ code: "bad_json", message: "the message is not a JSON object" });
    }
    return this.#read(message);
  }

  encode(event: WireEvent): readonly Message[] {
    switch (event.type) {
      case "session_started":
        return [this.#metadata(event.sessionId)];
      case "audio":
        return [event.bytes];
      case "utterance_started":
        this.#open = event.utteranceId;
        this.#opened++;
        return [];
      case "flushed":
        this.#open = undefined;
        this.#flushes.push({ utteranceId: event.utteranceId, answers: 1 });
        return [];
      case "utterance_ended":
        return this.#ended(event);
      case "barge_in":
        return this.#interrupted();
      case "error":
        return [this.#problem(event.problem, event.fatal)];
      default:
        return [];
    }
  }

  /** Deepgram's SDKs connect again, 30 times, after any other code: only a drain makes that useful. */
  closeCode(end: SessionEnd): number | undefined {
    return end === "drained" ? undefined : NORMAL;
  }

  #read(message: Fields): readonly Decoded[] {
    switch (message.type) {
      case "Speak":
        return this.#speak(message);
      case "Flush":
        return this.#flush();
      case "Clear":
        this.#clears++;
        return [{ command: { type: "barge_in" } }];
      case "Close":
        return [{ command: { type: "close" } }];
      default: {
        const type = JSON.stringify(message.type) ?? "without a type";
        const problem = `there is no message ${type}; there are Speak, Flush, Clear and Close`;
        return refuse({ code: "bad_message", message: problem, field: "type" });
      }
    }
  }

  #speak(message: Fields): readonly Decoded[] {
    const text = attempt(() => readText(message, "v1"));
    if (typeof text !== "string") {
      const code = text.limit === undefined ? "bad_message" : "text_too_long";
      return refuse({ code, message: text.message, field: "text" });
    }
    if (text === "") return [];
    const utteranceId = this.#open ?? `flush-${this.#opened}`;
    return [{ command: { type: "text", text, utteranceId, final: false } }];
  }

  /** `flush` is told when it was carried out, `end` is not: hence both. */
  #flush(): readonly Decoded[] {
    const utteranceId = this.#open;
    if (utteranceId !== undefined) {
      return [
        { command: { type: "flush", utteranceId } },
        { command: { type: "end", utteranceId } },
      ];
    }
    const last = this.#flushes.at(-1);
    if (last === undefined) return [{ reply: [this.#flushed()] }];
    last.answers++;
    return [];
  }

  #ended({ utteranceId, outcome }: Ended): readonly Message[] {
    if (utteranceId === this.#open) this.#open = undefined;
    if (outcome === "interrupted") return [];
    const messages: Message[] = outcome === "failed" ? [errorMessage(UNSPOKEN)] : [];
    if (this.#flushes[0]?.utteranceId !== utteranceId) return messages;
    const { answers } = this.#flushes.shift()!;
    for (let answer = 0; answer < answers; answer++) messages.push(this.#flushed());
    return messages;
  }

  /** What was flushed and is not said any more is not told as flushed. */
  #interrupted(): readonly Message[] {
    // The session's own end tells the same.
    if (this.#clears === 0) return this.#hasFailed ? [] : [errorMessage(CUT_OFF)];
    this.#clears--;
    this.#open = undefined;
    this.#flushes = [];
    return [JSON.stringify({ type: "Cleared", sequence_id: this.#sequence++ })];
  }

  #problem(problem: Problem, isFatal: boolean): string {
    this.#hasFailed ||= isFatal;
    return isFatal ? errorMessage(problem) : warning(problem);
  }

  #flushed(): string {
    return JSON.stringify({ type: "Flushed", sequence_id: this.#sequence++ });
  }

  #metadata(requestId: string): string {
    const { name, version, uuid } = this.#model;
    return JSON.stringify({
      type: "Metadata",
      request_id: requestId,
      model_name: name,
      model_version: version,
      model_uuid: uuid,
    });
  }
}

const UNSPOKEN: Problem = {
  code: "synthesis_failed",
  message: "nothing of what was flushed could be spoken",
};

function refuse(problem: Problem): readonly Decoded[] {
  return [{ problem }];
}

/** The SDK's types have `code` and `description`, what Deepgram sends has the other two. */
function warning(problem: Problem): string {
  // Too many utterances wait: too many flushes.
  const code = problem.code === "session_limit" ? "EXCESSIVE_FLUSH" : streamCode(problem);
  const description = problem.message;
  return JSON.stringify({
    type: "Warning",
    code,
    description,
    warn_code: code,
    warn_msg: description,
  });
}

function errorMessage(problem: Problem): string {
  const code = streamCode(problem);
  const description = problem.message;
  return JSON.stringify({ type: "Error", code, description, err_code: code, err_msg: description });
}
