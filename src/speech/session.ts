/**
 * One listener's state on one connection: commands in, events out, from the greeting to the end.
 *
 * @module
 */

import type { CancelTimer } from "../lib/clock.ts";
import type { SessionClose } from "./events.ts";
import { ANYONE, type Tenant } from "./fair_queue.ts";
import type { SessionSink } from "./playout.ts";
import { Refusal } from "./refusal.ts";
import type { AudioShape } from "./sentence.ts";
import { Speaker } from "./speaker.ts";
import type { SpeakerContext } from "./speaker_options.ts";
import type { Command, Problem, SessionEnd, SpeechSettings } from "./types.ts";

/** What a server's sessions share. */
export interface SessionContext extends SpeakerContext {
  readonly voices: ReadonlySet<string>;
  /** Whether a session that is asked to go may begin new utterances until it is silent. */
  readonly drainTakesNew: boolean;
}

/** What one session is made of. */
export interface SessionOptions {
  readonly id: string;
  /** @default {ANYONE} */
  readonly tenant?: Tenant | undefined;
  /** The wire protocol spoken, for those who watch. */
  readonly dialect: string;
  /** The trace that the session is to be part of, for those who watch; opaque here. */
  readonly traceparent?: string | undefined;
  readonly settings: SpeechSettings;
  readonly shape: AudioShape;
  readonly sink: SessionSink;
  /** The session is over by itself; its connection has to be closed. */
  readonly onEnd: (end: SessionEnd) => void;
}

/** A listener being spoken to. */
export class Session {
  readonly id: string;
  readonly #context: SessionContext;
  readonly #options: SessionOptions;
  readonly #speaker: Speaker;
  readonly #startedAt: number;
  #commands = 0;
  #bargeIns = 0;
  #lastCommandAt: number;
  #cancelIdleTimer: CancelTimer;
  /** Set when the session ends by itself as soon as nothing is left to say. */
  #endWhenSilent: "finished" | "drained" | undefined;
  #isEnded = false;

  constructor(context: SessionContext, options: SessionOptions) {
    const { id, dialect, tenant = ANYONE, traceparent, settings, shape, sink } = options;
    this.id = id;
    this.#context = context;
    this.#options = options;
    this.#startedAt = this.#lastCommandAt = context.clock.now();
    this.#speaker = new Speaker(context, {
      sessionId: id,
      tenant,
      settings,
      shape,
      sink,
      onSilent: () => this.#endIfSilent(),
      onBlocked: (since, now) => this.#checkBlocked(since, now),
      onStandstill: (ms) => this.#endStandstill(ms),
    });
    this.#cancelIdleTimer = this.#armIdleTimer(context.limits.idleTimeoutMs);
    context.record({
      type: "session_started",
      sessionId: id,
      dialect,
      ...(traceparent === undefined ? {} : { traceparent }),
    });
  }

  /** True when everything is freed and nothing is said any more. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /**
   * Carries out a command; `receivedAt` is the clock time of its arrival. One that cannot be carried
   * out changes nothing and is answered with an `error` event.
   *
   * @returns the reason why it cannot.
   */
  execute(command: Command, receivedAt: number): Problem | undefined {
    if (this.#isEnded) return undefined;
    this.#commands++;
    this.#lastCommandAt = receivedAt;
    try {
      this.#dispatch(command, receivedAt);
      return undefined;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refuse(error.problem);
      return error.problem;
    }
  }

  /** Answers a request that had no effect. */
  refuse(problem: Problem): void {
    if (this.#isEnded) return;
    this.#context.record({ type: "refused", sessionId: this.id, code: problem.code });
    this.#options.sink.send({ type: "error", problem, fatal: false });
  }

  /** Ends the session for a reason that the client is told. */
  fail(problem: Problem): void {
    if (this.#isEnded) return;
    this.#context.record({ type: "refused", sessionId: this.id, code: problem.code });
    this.#options.sink.send({ type: "error", problem, fatal: true });
    this.end(problem.code);
  }

  /** The server goes away in `deadlineMs`: the session ends as soon as nothing is left to say. */
  drain(deadlineMs: number): void {
    if (this.#isEnded) return;
    this.#options.sink.send({ type: "draining", deadlineMs });
    this.#endWhenSilent ??= "drained";
    if (!this.#context.drainTakesNew) this.#speaker.takeNoNew();
    this.#endIfSilent();
  }

  /** Ends the session for a reason of its own, and frees everything. Idempotent. */
  end(reason: SessionEnd): void {
    if (this.#isEnded) return;
    this.#free(reason);
    this.#options.onEnd(reason);
  }

  /** The connection is no more: frees everything. Idempotent. */
  leave(how: "closed" | "gone"): void {
    if (!this.#isEnded) this.#free(how);
  }

  #free(close: SessionClose): void {
    this.#speaker.end();
    this.#isEnded = true;
    this.#cancelIdleTimer();
    this.#context.record({
      type: "session_ended",
      sessionId: this.id,
      close,
      durationMs: this.#context.clock.now() - this.#startedAt,
      commands: this.#commands,
      bargeIns: this.#bargeIns,
    });
  }

  #dispatch(command: Command, now: number): void {
    const { sink } = this.#options;
    const speaker = this.#speaker;
    switch (command.type) {
      case "text":
        this.#checkNotClosing();
        return speaker.text(command, now);
      case "flush":
        return speaker.flush(command.utteranceId, now);
      case "end":
        return speaker.finish(command.utteranceId, now);
      case "barge_in":
        this.#bargeIns++;
        return speaker.bargeIn(command.utteranceId, command.playedMs, now);
      case "pause":
        speaker.pause();
        return sink.send({ type: "paused" });
      case "resume":
        sink.send({ type: "resumed" });
        return speaker.resume(now);
      case "playback":
        return speaker.notePlayback(command.utteranceId, command.playedMs, now);
      case "configure":
        return this.#configure(command.settings);
      case "ping":
        return sink.send({ type: "pong", ...(command.id === undefined ? {} : { id: command.id }) });
      case "close":
        this.#endWhenSilent = "finished";
        speaker.finishAll(now);
        return this.#endIfSilent();
    }
  }

  #configure(changes: Partial<SpeechSettings>): void {
    const { voice } = changes;
    if (voice !== undefined && !this.#context.voices.has(voice)) {
      const voices = [...this.#context.voices].join(", ");
      throw new Refusal({
        code: "unsupported",
        message: `there is no voice "${voice}"; there are ${voices}`,
        field: "voice",
      });
    }
    this.#speaker.settings = { ...this.#speaker.settings, ...changes };
    this.#options.sink.send({ type: "configured", settings: this.#speaker.settings });
  }

  #checkNotClosing(): void {
    if (this.#endWhenSilent !== "finished") return;
    throw new Refusal({
      code: "utterance_ended",
      message: "the session is closing and takes no more text",
    });
  }

  #endIfSilent(): void {
    if (this.#endWhenSilent !== undefined && this.#speaker.isSilent) this.end(this.#endWhenSilent);
  }

  #checkBlocked(since: number, now: number): void {
    const { maxBlockedMs, maxBufferedBytes } = this.#context.limits;
    if (now - since < maxBlockedMs) return;
    this.fail({
      code: "session_limit",
      message: `more than ${maxBufferedBytes} bytes have waited for ${maxBlockedMs} ms: ` +
        "the client does not read",
      limit: maxBufferedBytes,
    });
  }

  #endStandstill(ms: number): void {
    const limit = this.#context.limits.maxBlockedMs;
    this.fail({
      code: "session_limit",
      message: `played_ms is the same for ${Math.round(ms)} ms, with audio to play; ` +
        `it may be for ${limit}`,
      field: "played_ms",
      limit,
    });
  }

  #armIdleTimer(ms: number): CancelTimer {
    return this.#context.clock.after(ms, () => this.#checkIdle());
  }

  /** The timer is not touched by every message; it finds out here how long it has been quiet. */
  #checkIdle(): void {
    const { clock, limits } = this.#context;
    const quietMs = clock.now() - this.#lastCommandAt;
    if (this.#speaker.isBusy) this.#lastCommandAt = clock.now();
    else if (quietMs >= limits.idleTimeoutMs) {
      return this.fail({
        code: "idle_timeout",
        message: `no message came for ${limits.idleTimeoutMs} ms while nothing was being said`,
        limit: limits.idleTimeoutMs,
      });
    }
    const restMs = this.#lastCommandAt + limits.idleTimeoutMs - clock.now();
    this.#cancelIdleTimer = this.#armIdleTimer(restMs);
  }
}
