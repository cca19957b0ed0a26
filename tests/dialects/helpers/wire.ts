/** A dialect on a real connection and the real core, without a socket: time moves when a test says so. */

import { assertEquals } from "@std/assert";
import { encoderOf, type SampleEncoding } from "../../../src/codecs/sample_encodings.ts";
import type { ChannelRequest, Dialect } from "../../../src/dialects/dialect.ts";
import { Connection } from "../../../src/http/connection.ts";
import type { CreateEncoder } from "../../../src/http/channel.ts";
import type { SessionSink } from "../../../src/speech/playout.ts";
import { Session } from "../../../src/speech/session.ts";
import type { SessionEnd } from "../../../src/speech/types.ts";
import { Scopes } from "../../../src/telemetry/scopes.ts";
import { connectionLimits, type Core, testLimits } from "../../helpers/core.ts";

/** A message, as its client reads it. */
// deno-lint-ignore no-explicit-any
export type Told = Record<string, any>;

/** Options of {@linkcode Wire}. */
export interface WireOptions {
  readonly dialect: Dialect;
  readonly main?: ChannelRequest;
  /** @default {100_000} */
  readonly maxMessagesPerSecond?: number;
}

/** A socket with the test at its other end; messages are JSON. */
export class Wire {
  readyState: number = WebSocket.OPEN;
  readonly bufferedAmount = 0;
  readonly told: Told[] = [];
  /** The code that it was closed with. */
  closed: number | undefined;
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: (event: { code: number; reason: string }) => void;
  readonly #core: Core;
  #sessions = 0;

  constructor(core: Core, { dialect, main, maxMessagesPerSecond = 100_000 }: WireOptions) {
    this.#core = core;
    new Connection({
      socket: this as unknown as WebSocket,
      dialect,
      clock: core.clock,
      record: core.context.record,
      scopes: new Scopes(),
      maxMessageBytes: 100_000,
      maxUnreadBytes: 2 ** 20,
      maxMessagesPerSecond,
      idleTimeoutMs: 600_000,
      main,
      createEncoder,
      createSession: (request, sink, onEnd) => this.#open(dialect.name, request, sink, onEnd),
      checkKey: undefined,
      onGreeted() {},
      onClosed() {},
      onInternalError: (error) => {
        throw error;
      },
    });
    this.onopen?.();
  }

  /** The client sends; gives what it is told by then. */
  ask(message: object | string): Told[] {
    const before = this.told.length;
    const data = typeof message === "string" ? message : JSON.stringify(message);
    if (this.readyState === WebSocket.OPEN) this.onmessage?.({ data });
    return this.told.slice(before);
  }

  send(message: string): void {
    this.told.push(JSON.parse(message));
  }

  close(code = 1000): void {
    this.closed ??= code;
    this.readyState = WebSocket.CLOSED;
    this.onclose?.({ code, reason: "" });
  }

  /** Ends it; nothing of the connection's may be left in the core, which is stopped too. */
  async stop(): Promise<void> {
    const core = this.#core;
    this.close();
    await core.clock.advanceAsync(1_000);
    assertEquals([core.scheduler.depth, core.ticker.size, core.pool.busy], [0, 0, 0]);
    await core.stop();
    assertEquals(core.clock.pending, 0);
  }

  #open(
    dialect: string,
    request: ChannelRequest,
    sink: SessionSink,
    onEnd: (end: SessionEnd) => void,
  ) {
    const { context } = this.#core;
    const { settings, encoding, sampleRate, frameMs } = request;
    const id = `s${++this.#sessions}`;
    const limits = { ...context.limits, ...request.limits };
    const frameSamples = sampleRate * frameMs / 1000;
    const shape = { sampleRate, frameSamples, wholeFrames: false };
    const session = new Session({ ...context, limits }, {
      id,
      dialect,
      settings,
      shape,
      sink,
      onEnd,
    });
    const told = { ...testLimits, ...connectionLimits };
    const place = { sessionId: id, settings, encoding, sampleRate, frameMs };
    return { session, greeting: { type: "session_started", ...place, limits: told } as const };
  }
}

const createEncoder: CreateEncoder = ({ encoding }) => ({
  encode: encoderOf(encoding as SampleEncoding),
  close() {},
});
