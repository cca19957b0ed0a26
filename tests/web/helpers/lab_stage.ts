import { testConfig } from "../../helpers/config.ts";
import { type Server, startServer } from "../../../src/server.ts";
import type { Backend } from "../../../src/speech/backend.ts";
import { AUTOPLAY, type OpenPage, openPage } from "./browser.ts";
import { PageServer } from "./page_server.ts";
import { ToneBackend } from "./tone_backend.ts";

/** A speech server and a page of another server. */
export class LabStage implements AsyncDisposable {
  readonly #pages: PageServer;
  readonly #backend: Backend;
  #speech: Server;
  readonly open: OpenPage;

  private constructor(open: OpenPage, pages: PageServer, backend: Backend) {
    this.open = open;
    this.#pages = pages;
    this.#backend = backend;
    this.#speech = speechServer(backend, 0);
  }

  static async set(backend: Backend = new ToneBackend()): Promise<LabStage> {
    const pages = new PageServer();
    const open = await openPage(pages.url, [AUTOPLAY]);
    while (!await open.page.evaluate("globalThis.Lab !== undefined"));
    return new LabStage(open, pages, backend);
  }

  /** Runs a function's body in the page; `SERVER` is the speech server's address. */
  // deno-lint-ignore no-explicit-any
  run(body: string): Promise<any> {
    const { port } = this.#speech.address;
    const code = body.replaceAll("SERVER", JSON.stringify(`ws://127.0.0.1:${port}`));
    return this.open.page.evaluate(`(async () => {${code}})()`);
  }

  /** The speech server stops at once; another one takes its place. */
  async restart(): Promise<void> {
    const { port } = this.#speech.address;
    await this.#speech.stop(0);
    this.#speech = speechServer(this.#backend, port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.open[Symbol.asyncDispose]();
    await this.#pages[Symbol.asyncDispose]();
    await this.#speech.stop(0);
  }
}

/** A server on that port, 0 for a free one. */
export function speechServer(backend: Backend, port: number): Server {
  return startServer({ config: { ...testConfig(), port }, backend });
}
