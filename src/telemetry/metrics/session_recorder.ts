/**
 * Counts sessions and their messages.
 *
 * @module
 */

import type { SpeechEvent } from "../../speech/events.ts";
import type { Command } from "../../speech/types.ts";
import type { Distribution } from "./distribution.ts";
import type { MetricSet } from "./metric_set.ts";
import type { OpenSpeech } from "./open_speech.ts";
import type { Cell, Family } from "./values.ts";

type Event<T extends SpeechEvent["type"]> = Extract<SpeechEvent, { type: T }>;

/** What tells a command from the code of a message that was none. */
const COMMANDS: Readonly<Record<Command["type"], true>> = {
  text: true,
  flush: true,
  end: true,
  barge_in: true,
  pause: true,
  resume: true,
  playback: true,
  configure: true,
  ping: true,
  close: true,
};

/** Options of {@linkcode SessionRecorder}. */
export interface SessionRecorderOptions {
  readonly metrics: MetricSet;
  readonly open: OpenSpeech;
}

/** See the module. */
export class SessionRecorder {
  readonly #open: OpenSpeech;
  readonly #sessions: Family<Cell>;
  readonly #refused: Family<Cell>;
  readonly #wrongKeys: Family<Cell>;
  readonly #errors: Family<Cell>;
  readonly #messages: Family<Cell>;
  readonly #duration: Distribution;
  readonly #commands: Distribution;
  readonly #bargeIns: Distribution;
  readonly #received = new Map<string, Cell>();
  readonly #sent = new Map<string, Cell>();

  constructor({ metrics, open }: SessionRecorderOptions) {
    this.#open = open;
    this.#sessions = metrics.value("sessions_total");
    this.#refused = metrics.value("sessions_refused_total");
    this.#wrongKeys = metrics.value("wrong_keys_total");
    this.#errors = metrics.value("protocol_errors_total");
    this.#messages = metrics.value("messages_total");
    this.#duration = metrics.distribution("session_duration_seconds").cell();
    this.#commands = metrics.distribution("session_messages").cell();
    this.#bargeIns = metrics.distribution("session_barge_ins").cell();
  }

  start({ sessionId, dialect }: Event<"session_started">): void {
    this.#open.startSession(sessionId, dialect);
  }

  end({ sessionId, close, durationMs, commands, bargeIns }: Event<"session_ended">): void {
    const dialect = this.#open.endSession(sessionId);
    if (dialect === undefined) return;
    this.#sessions.cell({ dialect, close }).add();
    this.#duration.observe(durationMs / 1000);
    this.#commands.observe(commands);
    this.#bargeIns.observe(bargeIns);
  }

  /** A session that was not opened. */
  refuseSession({ reason }: Event<"session_refused">): void {
    this.#refused.cell({ reason }).add();
  }

  /** A key that opens nothing. */
  noteWrongKey(): void {
    this.#wrongKeys.cell().add();
  }

  /** A message that could not be used is counted as one here, and by its code in {@linkcode refuse}. */
  noteReceived({ message }: Event<"message_received">): void {
    const type = Object.hasOwn(COMMANDS, message) ? message : "invalid";
    const cell = this.#received.get(type) ?? this.#openCell(this.#received, "in", type);
    cell.add();
  }

  /** Runs for every message of audio. */
  noteSent({ message }: Event<"message_sent">): void {
    const cell = this.#sent.get(message) ?? this.#openCell(this.#sent, "out", message);
    cell.add();
  }

  /** A client was told an error. */
  refuse({ code }: Event<"refused">): void {
    this.#errors.cell({ code }).add();
  }

  #openCell(cells: Map<string, Cell>, direction: "in" | "out", type: string): Cell {
    const cell = this.#messages.cell({ direction, type });
    cells.set(type, cell);
    return cell;
  }
}
