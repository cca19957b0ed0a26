/**
 * What stands behind a path.
 *
 * @module
 */

import type { Visitor } from "./gate.ts";

/** What is known of a request beside itself. */
export interface RequestContext {
  readonly url: URL;
  /** The IP address of the other end of the connection: a client, or a proxy before it. */
  readonly peer: string;
  /** To be called for each whole message of a WebSocket; undefined where nobody wants to know. */
  readonly onMessage?: (() => void) | undefined;
  /** What the path has where its pattern has a name: `/v1/text-to-speech/:voice_id`. */
  readonly params: Readonly<Record<string, string>>;
  /** Who asks, where that is looked at; undefined for a stranger who may show a key later. */
  readonly visitor?: Visitor | undefined;
}

/** Answers a request. */
export type Route = (request: Request, context: RequestContext) => Response | Promise<Response>;

/** Routes by method; whoever answers GET answers HEAD, and the runtime leaves the body out. */
export interface Methods {
  readonly GET?: Route;
  readonly POST?: Route;
}

/** Routes for GET by their paths. */
export type GetRoutes = Readonly<Record<string, Route>>;

/** Routes by their paths, or patterns of those; a lone route is for GET. */
export type Routes = Readonly<Record<string, Route | Methods>>;
