/**
 * `GET /v1/session`: from an HTTP request to a connection with a session.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import { type AudioEncoder, createEncoder } from "../codecs/audio_encoder.ts";
import { type Encoding, encodings, isEncoding, sampleRatesOf } from "../codecs/encodings.ts";
import type { Greeting } from "../dialects/dialect.ts";
import { NativeDialect } from "../dialects/native.ts";
import {
  type Offer,
  readSessionRequest,
  type SessionRequest,
} from "../dialects/native_settings.ts";
import { parseTraceparent } from "../lib/traceparent.ts";
import type { Voice } from "../speech/backend.ts";
import type { SpeechEvent } from "../speech/events.ts";
import { Session, type SessionContext } from "../speech/session.ts";
import type { Lead } from "../speech/types.ts";
import type { Scopes } from "../telemetry/scopes.ts";
import { type Auth, offeredProtocols } from "./auth.ts";
import { Connection } from "./connection.ts";
import type { Connections } from "./connections.ts";
import { jsonError } from "./json_error.ts";
import { unauthorized } from "./unauthorized.ts";

/** The protocol's name as a WebSocket subprotocol. */
const SUBPROTOCOL = "syrinx.v1";

/** When a client that found no place should try again, in s. */
const RETRY_AFTER_S = 5;

/** Frame durations a client may choose, in ms; the first is the default. */
const FRAME_MS = [20, 10, 40, 60];

/** The duration of an Opus packet here, in ms. */
const OPUS_FRAME_MS = [20];

type Refused = Extract<SpeechEvent, { type: "session_refused" }>;

/** Options of {@linkcode SessionRoute}. */
export interface SessionRouteOptions {
  readonly context: SessionContext;
  readonly connections: Connections;
  readonly scopes: Scopes;
  readonly auth: Auth;
  readonly voices: readonly Voice[];
  readonly defaultVoice: string;
  readonly defaultLead: Lead;
  readonly maxMessageBytes: number;
  readonly maxMessagesPerSecond: number;
  readonly pingTimeoutS: number;
  readonly onInternalError: (error: unknown) => void;
}

/** Opens sessions. */
export class SessionRoute {
  readonly #options: SessionRouteOptions;
  readonly #offer: Offer;

  constructor(options: SessionRouteOptions) {
    this.#options = options;
    this.#offer = {
      voices: new Map(options.voices.map((voice) => [voice.id, voice.sampleRate])),
      defaultVoice: options.defaultVoice,
      defaultLead: options.defaultLead,
      encodings,
      sampleRatesOf: (encoding) => isEncoding(encoding) ? sampleRatesOf(encoding) : [],
      frameMsOf: (encoding) => encoding === "opus" ? OPUS_FRAME_MS : FRAME_MS,
    };
  }

  /** Answers a request with an upgrade, or says why not. */
  async handle(request: Request, url: URL): Promise<Response> {
    if (!this.#options.auth.allows(request, url)) {
      this.#noteRefusal(request, "unauthorized");
      return unauthorized();
    }
    const wanted = readSessionRequest(url.searchParams, this.#offer);
    if ("field" in wanted) {
      this.#noteRefusal(request, "bad_request");
      return jsonError(STATUS_CODE.BadRequest, { code: "bad_message", ...wanted });
    }
    const encoder = await createEncoder(wanted.encoding as Encoding, wanted.sampleRate);
    // Last of all, so that whoever asks in plain HTTP for a reason hears the first one.
    const refusal = this.#fullness(request) ?? this.#badHandshake(request);
    if (refusal === undefined) return this.#upgrade(request, wanted, encoder);
    encoder.close();
    return refusal;
  }

  #fullness(request: Request): Response | undefined {
    const { connections } = this.#options;
    if (!connections.isDraining && !connections.isFull) return undefined;
    this.#noteRefusal(request, connections.isDraining ? "draining" : "full");
    const message = connections.isDraining
      ? "the server is about to stop"
      : "as many sessions are open as the server takes";
    return jsonError(STATUS_CODE.ServiceUnavailable, { code: "overloaded", message }, {
      "retry-after": String(RETRY_AFTER_S),
    });
  }

  #badHandshake(request: Request): Response | undefined {
    if (isHandshake(request)) return undefined;
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") return upgradeRequired();
    return jsonError(STATUS_CODE.BadRequest, {
      code: "bad_message",
      message: "the WebSocket handshake needs Sec-WebSocket-Version: 13 and a Sec-WebSocket-Key",
    }, { "sec-websocket-version": "13" });
  }

  /** A client that only asks why it was refused is none that could have been served. */
  #noteRefusal(request: Request, reason: Refused["reason"]): void {
    if (isHandshake(request)) this.#options.context.record({ type: "session_refused", reason });
  }

  #upgrade(request: Request, wanted: SessionRequest, encoder: AudioEncoder): Response {
    const { context, connections, scopes, pingTimeoutS } = this.#options;
    const traceparent = wanted.traceparent ?? traceparentOf(request);
    const echo = offeredProtocols(request).includes(SUBPROTOCOL) ? { protocol: SUBPROTOCOL } : {};
    const { socket, response } = Deno.upgradeWebSocket(request, {
      ...echo,
      idleTimeout: pingTimeoutS,
    });
    const connection = new Connection({
      socket,
      dialect: new NativeDialect({ audioHeader: wanted.audioHeader }),
      encoder,
      clock: context.clock,
      record: context.record,
      scopes,
      maxMessageBytes: this.#options.maxMessageBytes,
      maxMessagesPerSecond: this.#options.maxMessagesPerSecond,
      createSession: (sink, onEnd) => {
        const session = new Session(context, {
          id: crypto.randomUUID(),
          dialect: "native",
          traceparent,
          settings: wanted.settings,
          shape: shapeOf(wanted),
          sink,
          onEnd,
        });
        return { session, greeting: this.#greeting(session, wanted) };
      },
      onGreeted: (session) => connections.admit(session),
      onClosed: () => connections.remove(connection),
      onInternalError: this.#options.onInternalError,
    });
    connections.add(connection);
    return response;
  }

  #greeting(session: Session, wanted: SessionRequest): Greeting {
    const { context, maxMessageBytes, maxMessagesPerSecond } = this.#options;
    return {
      type: "session_started",
      sessionId: session.id,
      settings: wanted.settings,
      encoding: wanted.encoding,
      sampleRate: wanted.sampleRate,
      frameMs: wanted.frameMs,
      limits: { ...context.limits, maxMessageBytes, maxMessagesPerSecond },
    };
  }
}

function shapeOf({ sampleRate, frameMs, encoding }: SessionRequest) {
  return {
    sampleRate,
    frameSamples: Math.round(sampleRate * frameMs / 1000),
    wholeFrames: encoding === "opus",
  };
}

/** The header's, if it can be read: one that cannot is as good as none, says the standard. */
function traceparentOf(request: Request): string | undefined {
  const header = request.headers.get("traceparent")?.trim();
  return header !== undefined && parseTraceparent(header) !== undefined ? header : undefined;
}

/** RFC 6455, 4.2.1: version 13, and a key of 16 bytes in base64. */
function isHandshake({ headers }: Request): boolean {
  return headers.get("upgrade")?.toLowerCase() === "websocket" &&
    headers.get("sec-websocket-version")?.trim() === "13" &&
    /^[A-Za-z0-9+/]{22}==$/.test(headers.get("sec-websocket-key")?.trim() ?? "");
}

function upgradeRequired(): Response {
  return jsonError(STATUS_CODE.UpgradeRequired, {
    code: "unsupported",
    message: "a session is a WebSocket: connect with ws://",
  }, { upgrade: "websocket", connection: "Upgrade" });
}
