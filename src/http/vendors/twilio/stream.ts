/**
 * `GET /twilio/stream`: where Twilio connects a phone call to.
 *
 * @module
 */

import { readTwilio, type TwilioEvent } from "../../../dialects/twilio/media_stream.ts";
import type { CancelTimer } from "../../../lib/clock.ts";
import type { Session } from "../../../speech/session.ts";
import type { Problem } from "../../../speech/types.ts";
import { loggerOf } from "../../../telemetry/logger.ts";
import { closeCodeOf } from "../../close_codes.ts";
import type { Guest } from "../../connections.ts";
import type { Door } from "../../door.ts";
import { Intake } from "../../intake.ts";
import { Call } from "./call.ts";
import type { Calls } from "./calls.ts";

/** Time that Twilio has to say which call it is, in ms. */
const START_MS = 10_000;

/** RFC 6455, 7.4.1. */
const NORMAL = 1000;
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;

/** Options of {@linkcode TwilioStream}. */
export interface TwilioStreamOptions {
  readonly socket: WebSocket;
  readonly door: Door;
  readonly calls: Calls;
  /** Whether a key was shown already: Twilio can send none but as a parameter of the stream. */
  readonly isKnown: boolean;
  /** IP address of the other end. */
  readonly peer: string;
}

/** One WebSocket of Twilio's. */
export class TwilioStream implements Guest {
  readonly #options: TwilioStreamOptions;
  readonly #intake: Intake;
  #cancelTimer: CancelTimer = () => {};
  #call: Call | undefined;
  #isClosed = false;

  constructor(options: TwilioStreamOptions) {
    this.#options = options;
    const { socket, door } = options;
    this.#intake = new Intake({ ...door.options, clock: door.options.context.clock });
    socket.onopen = () => this.#wait(START_MS, "no start message came");
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = () => this.#closed();
    socket.onerror = () => this.#closed();
  }

  /** None of its own: the session that speaks to the call belongs to that session's client. */
  get sessions(): readonly Session[] {
    return [];
  }

  get bufferedBytes(): number {
    return this.#options.socket.bufferedAmount;
  }

  dismiss(): void {
    if (this.#call?.session === undefined) this.#hangUp(GOING_AWAY, "the server is about to stop");
  }

  #receive(data: unknown): void {
    if (typeof data !== "string") return;
    const problem = this.#intake.checkSize(data) ?? this.#intake.checkRate();
    if (problem?.code === "too_large") return this.#hangUp(POLICY_VIOLATION, problem.message);
    if (problem !== undefined) return;
    const event = readTwilio(data);
    if (event?.event === "start") this.#start(event);
    else if (event?.event === "stop") this.#hangUp(NORMAL, "stopped");
    else if (event !== undefined) this.#call?.receive(event);
  }

  #start({ callSid, streamSid, parameters }: TwilioEvent & { readonly event: "start" }): void {
    if (this.#call !== undefined) return;
    const { socket, door, calls } = this.#options;
    const { context, connections } = door.options;
    const problem = this.#checkKey(parameters.token ?? "");
    if (problem !== undefined) return this.#hangUp(closeCodeOf(problem.code), problem.message);
    this.#call = new Call({
      callSid,
      streamSid,
      clock: context.clock,
      send: (message) => socket.readyState === WebSocket.OPEN && socket.send(message),
      bufferedBytes: () => socket.bufferedAmount,
      onFree: () => connections.isDraining ? this.dismiss() : this.#waitForSession(),
    });
    this.#waitForSession();
    loggerOf("http").info("Call connected", { call_sid: callSid });
    if (calls.add(this.#call)) return;
    this.#call = undefined;
    this.#hangUp(POLICY_VIOLATION, "this call is connected already");
  }

  #checkKey(key: string): Pick<Problem, "code" | "message"> | undefined {
    const { isKnown, door, peer } = this.#options;
    const problem = isKnown ? undefined : door.claim(this, key, peer);
    if (problem?.code !== "unauthorized") return problem;
    return { ...problem, message: 'a valid key is needed as <Parameter name="token">' };
  }

  #waitForSession(): void {
    this.#wait(this.#options.door.options.context.limits.idleTimeoutMs, "no session came");
  }

  /** Gives up in `ms`, unless a session speaks to the call by then. */
  #wait(ms: number, reason: string): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.door.options.context.clock.after(ms, () => {
      if (this.#call?.session === undefined) this.#hangUp(POLICY_VIOLATION, reason);
    });
  }

  #hangUp(code: number, reason: string): void {
    const { socket } = this.#options;
    if (socket.readyState === WebSocket.OPEN) socket.close(code, reason);
  }

  #closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelTimer();
    const { calls, door } = this.#options;
    if (this.#call !== undefined) {
      calls.remove(this.#call);
      this.#call.end();
      loggerOf("http").info("Call ended", { call_sid: this.#call.callSid });
    }
    door.options.connections.remove(this);
  }
}
