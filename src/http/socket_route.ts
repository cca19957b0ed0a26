/**
 * From an HTTP request to a WebSocket that speaks a dialect.
 *
 * @module
 */

import type { BadParameter, ChannelRequest, Dialect } from "../dialects/dialect.ts";
import type { CreateEncoder } from "./channel.ts";
import { Connection } from "./connection.ts";
import type { Door } from "./door.ts";
import type { Visitor } from "./gate.ts";
import { badHandshake, isHandshake } from "./handshake.ts";
import type { Outlet } from "./outlet.ts";
import { badRequest, type HttpRefusal, type Refuse } from "./refusal.ts";
import type { RequestContext, Route } from "./route.ts";
import { offeredProtocols } from "./shown_keys.ts";
import { traceparentOf } from "./trace_header.ts";
import { upgradeToSocket } from "./upgrade.ts";

/** What a request to connect asks for. */
export interface SocketOrder {
  readonly dialect: Dialect;
  /** The channel that is opened with the connection, if the protocol has one. */
  readonly main?: ChannelRequest;
  /** Loads what encodes the audio of all channels. */
  readonly loadEncoder: () => CreateEncoder | Promise<CreateEncoder>;
  /** Longest time without any channel, in ms. */
  readonly idleTimeoutMs?: number;
  /** Finds what plays the main channel's audio, if not the client itself. */
  readonly openOutlet?: (signal: AbortSignal) => Promise<Outlet | HttpRefusal>;
}

/** A protocol over WebSocket. */
export interface SocketProtocol {
  /** Reads the path and the query. */
  readonly read: (request: Request, context: RequestContext) => SocketOrder | BadParameter;
  readonly refuse: Refuse;
  /** The one of the offered subprotocols that is spoken; without it none is. */
  readonly choose?: (offered: readonly string[]) => string | undefined;
}

/** Answers a request with an upgrade, or says why not. */
export function socketRoute(door: Door, protocol: SocketProtocol): Route {
  return async (request, context) => {
    // A client that only asks why it was refused is none that could have been served.
    const counts = isHandshake(request);
    const order = protocol.read(request, context);
    if ("field" in order) {
      if (counts) door.noteRefusal("bad_request");
      return protocol.refuse(badRequest(order));
    }
    const createEncoder = await order.loadEncoder();
    // Last of all, so that whoever asks in plain HTTP for a reason hears the first one.
    const refusal = door.fullness({ counts, ...context }) ?? badHandshake(request);
    if (refusal !== undefined) return protocol.refuse(refusal);
    const outlet = await order.openOutlet?.(request.signal);
    if (outlet !== undefined && "status" in outlet) return protocol.refuse(outlet);
    return upgrade({ door, request, protocol, order, createEncoder, outlet, ...context });
  };
}

/** How many times the audio that may wait to leave all that waits may be. */
const MAX_UNREAD = 4;

interface Upgrade {
  readonly door: Door;
  readonly request: Request;
  readonly protocol: SocketProtocol;
  readonly order: SocketOrder;
  readonly createEncoder: CreateEncoder;
  readonly outlet: Outlet | undefined;
  readonly visitor?: Visitor | undefined;
  readonly peer: string;
  readonly onMessage?: (() => void) | undefined;
}

function upgrade(
  { door, request, protocol, order, createEncoder, outlet, visitor, peer, onMessage }: Upgrade,
): Response {
  const { connections, context, timeShares } = door.options;
  // After the upgrade the request is closed, and its headers are gone.
  const traceparent = traceparentOf(request);
  const chosen = protocol.choose?.(offeredProtocols(request.headers));
  const { socket, response } = upgradeToSocket(request, {
    clock: context.clock,
    pingTimeoutS: door.options.pingTimeoutS,
    onMessage,
  });
  // The runtime finds none in a list without spaces, which is a valid one.
  if (chosen !== undefined) response.headers.set("sec-websocket-protocol", chosen);
  const connection: Connection = new Connection({
    ...door.options,
    socket,
    dialect: order.dialect,
    clock: context.clock,
    record: context.record,
    maxUnreadBytes: MAX_UNREAD * context.limits.maxBufferedBytes,
    idleTimeoutMs: order.idleTimeoutMs ?? context.limits.idleTimeoutMs,
    main: order.main,
    createEncoder,
    outlet,
    createSession: (wanted, sink, onEnd) =>
      door.openSession(
        order.dialect.name,
        { ...wanted, traceparent: wanted.traceparent ?? traceparent },
        sink,
        onEnd,
        connections.visitorOf(connection),
      ),
    checkKey: visitor === undefined ? (key) => door.claim(connection, key, peer) : undefined,
    measure: (work) => timeShares.measure(connections.visitorOf(connection), work),
    timeWaitMs: () => timeShares.waitMs(connections.visitorOf(connection)),
    onGreeted: (session) => connections.admit(connection, session),
    onClosed: () => connections.remove(connection),
  });
  connections.add(connection, visitor);
  return response;
}
