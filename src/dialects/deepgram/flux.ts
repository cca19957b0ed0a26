/**
 * Deepgram's WebSocket `/v2/speak`, called Flux: turns, and what was heard of them.
 *
 * Source: Deepgram's documentation of Flux TTS, "The Speech Lifecycle" and "Interruption Handling".
 *
 * @module
 */

import type { ErrorCode } from "../../errors.ts";
import type { BargeInReport, Problem, SessionEnd, SessionEvent } from "../../speech/types.ts";
import type { Decoded, Dialect, EncodedAudio, Message, WireEvent } from "../dialect.ts";
import { attempt, parseObject } from "../fields.ts";
import { CUT_OFF } from "./errors.ts";
import {
  configureFailure,
  configureSuccess,
  connected,
  errorMessage,
  type FluxRequest,
  readFlux,
  sessionMetadata,
  speechInterrupted,
  speechMetadata,
  turnNews,
  warning,
} from "./flux_messages.ts";
import { fluxSpeedProblem } from "./flux_speed.ts";
import type { Model } from "./model.ts";
import { Timeline } from "./timeline.ts";

/** RFC 6455, 7.4.1. */
const NORMAL = 1000;

/** Deepgram ends a session over a message that it cannot read. */
const MALFORMED: ReadonlySet<ErrorCode> = new Set(["bad_json", "bad_message", "unsupported"]);

/** Options of {@linkcode FluxDialect}. */
export interface FluxOptions {
  readonly model: Model;
  /** The speed that the client has chosen, if it has. */
  readonly speed: number | undefined;
  /** Makes the id of a turn: `dg_sp_` and 12 hexadecimal digits. */
  readonly createId: () => string;
}

/** A turn that has not ended. */
interface Turn {
  readonly id: string;
  /** Whether all of its text is there. */
  isFlushed: boolean;
}

type Ended = Extract<SessionEvent, { type: "utterance_ended" }>;

/** A turn is an utterance. */
export class FluxDialect implements Dialect {
  readonly name = "deepgram_flux";
  readonly #options: FluxOptions;
  readonly #timeline = new Timeline();
  /** The active turn first; clients are told of the others when their time comes. */
  #turns: Turn[] = [];
  /** The turn that takes text. */
  #open: string | undefined;
  /** An interruption that was read and not carried out. */
  #interrupt: { readonly offsetMs: number | undefined } | undefined;
  #characters = 0;
  #speed: number | undefined;
  /** Hz. */
  #sampleRate = 0;
  #hasFailed = false;

  constructor(options: FluxOptions) {
    this.#options = options;
    this.#speed = options.speed;
  }

  decode(data: string | Uint8Array): readonly Decoded[] {
    if (typeof data !== "string") {
      return giveUp({ code: "unsupported", message: "only text messages are taken" });
    }
    const message = parseObject(data);
    if (message === undefined) {
      return giveUp({ code: "bad_json", message: "the message is not a JSON object" });
    }
    const request = attempt(() => readFlux(message));
    if (!("field" in request)) return this.#read(request);
    const { field, message: problem, allowed } = request;
    const choice = allowed === undefined ? "" : `; it may be ${allowed.join(", ")}`;
    return giveUp({ code: "bad_message", message: problem + choice, field });
  }

  encode(event: WireEvent): readonly Message[] {
    switch (event.type) {
      case "session_started":
        this.#sampleRate = event.sampleRate;
        return [connected(event.sessionId, this.#options.model)];
      case "audio":
        return this.#audio(event);
      case "utterance_started":
        this.#open = event.utteranceId;
        this.#turns.push({ id: event.utteranceId, isFlushed: false });
        return this.#turns.length === 1 ? this.#startTurn() : [];
      case "flushed":
        return this.#flushed(event.utteranceId);
      case "utterance_ended":
        return this.#ended(event);
      case "barge_in":
        return this.#interrupted(event);
      case "configured":
        this.#speed = event.settings.speed;
        return [configureSuccess(this.#speed)];
      case "error":
        return [this.#problem(event.problem, event.fatal)];
      default:
        return [];
    }
  }

  channelEnded(): readonly Message[] {
    return this.#hasFailed ? [] : [sessionMetadata(this.#timeline.endMs, this.#characters)];
  }

  /** Deepgram's SDKs connect again, 30 times, after any other code: only a drain makes that useful. */
  closeCode(end: SessionEnd): number | undefined {
    return end === "drained" ? undefined : NORMAL;
  }

  #read(request: FluxRequest): readonly Decoded[] {
    switch (request.type) {
      case "Speak":
        return this.#speak(request.text);
      case "Flush":
        return this.#flush();
      case "Interrupt":
        return this.#stop(request.offsetMs);
      case "Configure":
        return this.#configure(request.speed);
      case "Close":
        return [{ command: { type: "close" } }];
    }
  }

  #speak(text: string): readonly Decoded[] {
    if (text === "") return [];
    const utteranceId = this.#open ?? this.#options.createId();
    return [{ command: { type: "text", text, utteranceId, final: false } }];
  }

  /** `flush` is told when it was carried out, `end` is not: hence both. */
  #flush(): readonly Decoded[] {
    const utteranceId = this.#open;
    if (utteranceId === undefined) return warn("NO_ACTIVE_SPEECH", "no turn takes text now");
    return [
      { command: { type: "flush", utteranceId } },
      { command: { type: "end", utteranceId } },
    ];
  }

  #stop(offsetMs: number | undefined): readonly Decoded[] {
    if (!this.#timeline.hasAudio) return warn("NO_AUDIO_GENERATED", "there was no audio yet");
    if (offsetMs !== undefined && !this.#timeline.isAhead(offsetMs)) {
      const description = "playback_offset must be behind that of the last interruption; " +
        "it counts from the start of the session";
      return warn("INVALID_INTERRUPT_OFFSET", description);
    }
    this.#interrupt = { offsetMs };
    const place = offsetMs === undefined ? undefined : this.#timeline.locate(offsetMs);
    const bargeIn: Decoded = { command: { type: "barge_in" } };
    if (place === undefined) return [bargeIn];
    const { id: utteranceId, playedMs } = place;
    return [{ command: { type: "playback", utteranceId, playedMs } }, bargeIn];
  }

  #configure(speed: unknown): readonly Decoded[] {
    if (speed === undefined) return [{ reply: [configureSuccess(this.#speed)] }];
    const problem = fluxSpeedProblem(speed);
    if (problem !== undefined) return [{ reply: [configureFailure(problem, speed)] }];
    return [{ command: { type: "configure", settings: { speed: speed as number } } }];
  }

  #audio({ samples, bytes }: EncodedAudio): readonly Message[] {
    this.#timeline.add(samples * 1000 / this.#sampleRate);
    return [bytes];
  }

  /** The first turn in line becomes the active one. */
  #startTurn(): readonly Message[] {
    const turn = this.#turns[0];
    if (turn === undefined) return [];
    this.#timeline.start(turn.id);
    const started = turnNews("SpeechStarted", turn.id);
    return turn.isFlushed ? [started, turnNews("Flushed", turn.id)] : [started];
  }

  #flushed(id: string): readonly Message[] {
    this.#open = undefined;
    const turn = this.#turns.find((turn) => turn.id === id)!;
    turn.isFlushed = true;
    return turn === this.#turns[0] ? [turnNews("Flushed", id)] : [];
  }

  #ended({ utteranceId: id, outcome, durationMs, characters }: Ended): readonly Message[] {
    this.#characters += characters;
    if (id === this.#open) this.#open = undefined;
    if (outcome === "interrupted") return [];
    this.#turns.shift();
    const isEmpty = outcome === "completed" && durationMs === 0;
    return [
      ...(isEmpty ? [warning("NO_SYNTHESIZABLE_TEXT", "the turn had nothing to be spoken")] : []),
      speechMetadata({ speechId: id, durationMs, characters }),
      ...this.#startTurn(),
    ];
  }

  #interrupted(report: BargeInReport): readonly Message[] {
    const interrupt = this.#interrupt;
    this.#interrupt = undefined;
    // The session's own end tells the same.
    if (interrupt === undefined) return this.#hasFailed ? [] : this.#cutOff(report);
    if (report.utterances.length === 0) {
      return [warning("NO_ACTIVE_SPEECH", "everything has been said and heard")];
    }
    const message = this.#report(report, interrupt.offsetMs);
    this.#open = undefined;
    this.#turns = [];
    return [message];
  }

  /** No one has asked for it: all that was sent will be heard. */
  #cutOff(report: BargeInReport): readonly Message[] {
    const heard = report.utterances.length === 0 ? [] : [this.#report(report, undefined)];
    return [...heard, this.#problem(CUT_OFF, true)];
  }

  /** Tells what was heard, and goes on from there. */
  #report({ utterances }: BargeInReport, offsetMs: number | undefined): string {
    const timeline = this.#timeline;
    const heard = heardTurns(utterances, timeline, offsetMs ?? Infinity);
    const { id, spoken, remaining } = heard.findLast(({ playedMs }) => playedMs > 0) ?? heard[0]!;
    const playedMs = Math.round(Math.min(offsetMs ?? Infinity, timeline.endMs));
    const durationMs = timeline.find(id)?.durationMs ?? 0;
    timeline.cut(playedMs);
    return speechInterrupted(
      playedMs,
      offsetMs === undefined ? undefined : {
        spoken: heard.map((turn) => turn.spoken).join(""),
        remaining: heard.map((turn) => turn.remaining).join(""),
      },
      { speechId: id, durationMs, characters: spoken.length + remaining.length },
    );
  }

  #problem(problem: Problem, isFatal: boolean): string {
    this.#hasFailed ||= isFatal || MALFORMED.has(problem.code);
    if (this.#hasFailed) return errorMessage(problem);
    return warning(problem.code.toUpperCase(), problem.message);
  }
}

/** What was heard of each turn. */
function heardTurns(
  utterances: BargeInReport["utterances"],
  timeline: Timeline,
  offsetMs: number,
) {
  return utterances.map(({ utteranceId: id, playedMs, heardText, unheardText }) => {
    const startMs = timeline.find(id)?.startMs ?? Infinity;
    if (startMs < offsetMs) return { id, playedMs, spoken: heardText, remaining: unheardText };
    // The client knows better than a model of its ears that may say otherwise.
    return { id, playedMs: 0, spoken: "", remaining: heardText + unheardText };
  });
}

function giveUp(problem: Problem): readonly Decoded[] {
  return [{ problem }, { hangUp: NORMAL, reason: problem.code }];
}

function warn(code: string, description: string): readonly Decoded[] {
  return [{ reply: [warning(code, description)] }];
}
