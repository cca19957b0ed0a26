import { createEmbeddedBackend, systemClock } from "../../../src/mod.ts";
import type { Config } from "../../../src/config.ts";
import { testConfig } from "../../helpers/config.ts";
import { type Server, startServer } from "../../../src/server.ts";
import type { Backend } from "../../../src/speech/backend.ts";
import { type OpenPage, openPage } from "../helpers/browser.ts";

/**
 * Runs before the page's own scripts: every analyser of the page gets one more behind it, with a short
 * window, to measure what is heard.
 */
const PROBE = `
  globalThis.probes = [];
  const Analyser = AnalyserNode;
  globalThis.AnalyserNode = class extends Analyser {
    constructor(context, options) {
      super(context, options);
      const probe = new Analyser(context, { fftSize: 256 });
      this.connect(probe);
      probes.push(probe);
    }
  };
  globalThis.level = () => {
    const samples = new Float32Array(256);
    probes[0].getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length);
  };
  globalThis.shifts = [];
  new PerformanceObserver((list) => {
    for (const { sources, value, hadRecentInput } of list.getEntries()) {
      // The bounds of a text change while it lights up, though no word moves.
      const moved = sources.map(({ node }) => node).filter((node) => node instanceof Element);
      if (hadRecentInput || moved.length === 0) continue;
      shifts.push({ value, moved: moved.map(({ outerHTML }) => outerHTML.slice(0, 80)) });
    }
  }).observe({ type: "layout-shift", buffered: true });
`;

/** The text of axe, which judges whether everybody can use a page. */
const axe = () => Deno.readTextFile(new URL(import.meta.resolve("axe-core")));

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** A server that speaks, and its console in a browser. */
export class ConsoleStage implements AsyncDisposable {
  readonly open: OpenPage;
  readonly #backend: Backend;
  readonly #config: Partial<Config>;
  #server: Server;

  private constructor(open: OpenPage, server: Server, backend: Backend, config: Partial<Config>) {
    this.open = open;
    this.#server = server;
    this.#backend = backend;
    this.#config = config;
  }

  /** Opens the console in a browser with these arguments. */
  static async set(
    backend: Backend,
    args: readonly string[] = [],
    config: Partial<Config> = {},
    script = "",
  ): Promise<ConsoleStage> {
    const server = serve(backend, 0, config);
    const open = await openPage(`http://localhost:${server.address.port}/`, args, PROBE + script);
    return new ConsoleStage(open, server, backend, config);
  }

  get page() {
    return this.open.page;
  }

  /** Evaluates an expression in the page until it is true. */
  async until(expression: string, timeoutMs = 15_000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!await this.page.evaluate(expression)) {
      if (performance.now() > deadline) throw new Error(`waited in vain for ${expression}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Waits for what the pill at the top says. */
  async state(words: string): Promise<void> {
    await this.until(`document.querySelector("#state").textContent === ${JSON.stringify(words)}`);
  }

  text(selector: string): Promise<string> {
    return this.page.locator(selector).innerText();
  }

  /** What axe finds on the page as it is. */
  async violations(): Promise<string[]> {
    await this.page.evaluate(await axe());
    const { violations } = await this.page.evaluate("axe.run()") as { violations: Violation[] };
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`)
    );
  }

  /** The server stops at once; another one takes its place. */
  async restart(): Promise<void> {
    const { port } = this.#server.address;
    await this.#server.stop(0);
    this.#server = serve(this.#backend, port, this.#config);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.open[Symbol.asyncDispose]();
    await this.#server.stop(0);
  }
}

function serve(backend: Backend, port: number, config: Partial<Config>): Server {
  return startServer({ config: { ...testConfig(), ...config, port }, backend });
}

/** The real engine, in a thread. */
export function flite() {
  return createEmbeddedBackend({ engine: "flite", threads: 1, clock: systemClock });
}
