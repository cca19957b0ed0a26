/**
 * What stands behind a path.
 *
 * @module
 */

/** What is known of a request beside itself. */
export interface RequestContext {
  readonly url: URL;
  /** The IP address of the other end of the connection: a client, or a proxy before it. */
  readonly peer: string;
}

/** Answers a GET or HEAD request. */
export type Route = (request: Request, context: RequestContext) => Response | Promise<Response>;

/** Routes by their paths. */
export type Routes = Readonly<Record<string, Route>>;
