/**
 * A client of the session protocol that has everything but a network: its messages go through the
 * connection and the dialect, and what comes back is read as the events that it was made of.
 */

import { type AudioEncoder, createEncoder } from "../../src/codecs/audio_encoder.ts";
import { NativeDialect } from "../../src/dialects/native.ts";
import { Connection } from "../../src/http/connection.ts";
import { Session } from "../../src/speech/session.ts";
import type { SessionEvent, SpeechSettings } from "../../src/speech/types.ts";
import { Scopes } from "../../src/telemetry/scopes.ts";
import { connectionLimits, type Core, type Received } from "../helpers/core.ts";
import { FakeSocket } from "./fake_socket.ts";

const SAMPLE_RATE = 16_000;
const FRAME_MS = 20;
const HEADER_BYTES = 12;

/** Options of {@linkcode WireClient}. */
export interface WireClientOptions {
  readonly core: Core;
  readonly id: string;
  readonly leadMs: number;
}

/** See above. */
export class WireClient {
  readonly received: Received[] = [];
  readonly socket: FakeSocket;
  /** Faults of the server. */
  readonly faults: unknown[] = [];
  /** Whether the connection's place is free. */
  isFreed = false;
  readonly #core: Core;

  constructor({ core, id, leadMs }: WireClientOptions) {
    this.#core = core;
    this.socket = new FakeSocket((message) => this.#note(message));
    const settings: SpeechSettings = { voice: "one", speed: 1, lead: leadMs, words: false };
    const request = { settings, encoding: "pcm_s16le", sampleRate: SAMPLE_RATE, frameMs: FRAME_MS };
    new Connection({
      socket: this.socket as unknown as WebSocket,
      dialect: new NativeDialect({ audioHeader: true }),
      clock: core.clock,
      record: core.context.record,
      scopes: new Scopes(),
      maxMessageBytes: 131_072,
      maxUnreadBytes: 2 ** 20,
      maxMessagesPerSecond: 100_000,
      idleTimeoutMs: core.context.limits.idleTimeoutMs,
      main: request,
      createEncoder: () => createEncoder("pcm_s16le", SAMPLE_RATE) as AudioEncoder,
      createSession: (_request, sink, onEnd) => {
        const shape = { sampleRate: SAMPLE_RATE, frameSamples: 320, wholeFrames: false };
        const session = new Session(core.context, {
          id,
          dialect: "native",
          settings,
          shape,
          sink,
          onEnd,
        });
        const limits = { ...core.context.limits, ...connectionLimits };
        return {
          session,
          greeting: { ...request, type: "session_started", sessionId: id, limits },
        };
      },
      checkKey: undefined,
      onGreeted() {},
      onClosed: () => this.isFreed = true,
      onInternalError: (error) => this.faults.push(error),
    });
    this.socket.open();
  }

  get events(): SessionEvent[] {
    return this.received.map(({ event }) => event);
  }

  send(message: object | string): void {
    this.socket.receive(typeof message === "string" ? message : JSON.stringify(message));
  }

  #note(message: string | Uint8Array<ArrayBuffer>): void {
    const event = typeof message === "string" ? eventOf(JSON.parse(message)) : audioOf(message);
    this.received.push({ at: this.#core.clock.now(), event });
  }
}

function audioOf(message: Uint8Array<ArrayBuffer>): SessionEvent {
  const header = new DataView(message.buffer, message.byteOffset, HEADER_BYTES);
  return {
    type: "audio",
    utteranceNumber: header.getUint32(0, true),
    sentenceIndex: header.getUint32(4, true),
    offsetMs: header.getUint32(8, true),
    pcm: new Int16Array(message.slice(HEADER_BYTES).buffer),
  };
}

/** The protocol's names are the core's, but for their case; an error's fields are one level up. */
function eventOf(message: Record<string, unknown>): SessionEvent {
  const event = camelCase(message) as Record<string, unknown>;
  if (event.type !== "error") return event as unknown as SessionEvent;
  const { type, fatal, ...problem } = event;
  return { type, problem, fatal } as unknown as SessionEvent;
}

function camelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCase);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()),
      camelCase(inner),
    ]),
  );
}
