/**
 * Keeps Deno's `node:http2` from ending the process.
 *
 * When the other side closes a connection in peace (a GOAWAY frame: a client that is done, a server
 * that is drained, a load balancer that is reloaded), Deno 2.9 destroys the session while the native
 * library is still going through its streams, and one time in three the process crashes. It is
 * https://github.com/denoland/deno/issues/36788; when that is mended this file can go.
 *
 * @module
 */

import http2 from "node:http2";
import { setImmediate } from "node:timers";

/** What is used of a session. */
interface Session {
  destroy(...args: unknown[]): void;
}

/** What is used of a server. */
interface SessionSource {
  prependListener(event: "session", listener: (session: Session) => void): unknown;
}

interface Http2Module {
  connect(...args: unknown[]): Session;
  createServer(...args: unknown[]): SessionSource;
  createSecureServer(...args: unknown[]): SessionSource;
  [repaired]?: true;
}

const repaired = Symbol("repaired");

/**
 * Lets all sessions that are opened from now on be destroyed a turn of the event loop later than
 * they are told to. It changes the module that grpc-js uses, for there is no other way in; calling
 * it again does nothing.
 */
export function repairHttp2(): void {
  const module = http2 as unknown as Http2Module;
  if (module[repaired]) return;
  module[repaired] = true;
  const { connect, createServer, createSecureServer } = module;
  module.connect = (...args) => {
    const session = connect(...args);
    destroyLater(session);
    return session;
  };
  module.createServer = (...args) => watched(createServer(...args));
  module.createSecureServer = (...args) => watched(createSecureServer(...args));
}

function watched(server: SessionSource): SessionSource {
  server.prependListener("session", destroyLater);
  return server;
}

function destroyLater(session: Session): void {
  const destroy = session.destroy.bind(session);
  session.destroy = (...args) => void setImmediate(() => destroy(...args));
}
