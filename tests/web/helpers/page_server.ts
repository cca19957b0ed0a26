import { staticRoutes } from "../../../src/http/static_files.ts";

const DIST = new URL("../../../src/web/dist/", import.meta.url);
const PAGE = new URL("../page/", import.meta.url);

/** What a page of somebody else that speaks with a server may do. */
const POLICY = "default-src 'none'; script-src 'self'; connect-src ws:";

/** Serves the client library and the tests' page, from another origin than the speech server. */
export class PageServer implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    const routes = staticRoutes(DIST);
    const page = staticRoutes(PAGE);
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
      const url = new URL(request.url);
      if (url.pathname === "/") {
        return new Response('<!doctype html><script type="module" src="/lab.js"></script>', {
          headers: { "content-type": "text/html", "content-security-policy": POLICY },
        });
      }
      const route = routes[url.pathname] ?? page[url.pathname];
      return route?.(request, { url, peer: "", params: {} }) ?? new Response(null, { status: 404 });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
