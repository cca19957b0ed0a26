/** Longest wait for a server to listen, in ms. */

import { seriesOf } from "../helpers/scrape.ts";
const START_MS = 30_000;

/** A busy machine that runs tests is no reason to refuse anyone. */
const SETTINGS = [
  "--port=0",
  "--log-level=error",
  "--max-late-ms=600000",
  "--max-loop-lag-ms=600000",
];

/** The server as its users run it, with the permissions that it has in `deno.json`. */
export class ServerProcess implements AsyncDisposable {
  /** `host:port`. */
  readonly host: string;
  readonly #child: Deno.ChildProcess;
  readonly #output: Promise<void>;

  private constructor(child: Deno.ChildProcess, host: string, output: Promise<void>) {
    this.#child = child;
    this.host = host;
    this.#output = output;
  }

  /** Starts it on a free port and waits until it listens. */
  static async start(...flags: string[]): Promise<ServerProcess> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "-P=start", "main.ts", ...SETTINGS, ...flags],
      cwd: new URL("../../", import.meta.url),
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const host = Promise.withResolvers<string>();
    const output = readOutput(child.stdout, host);
    const timer = setTimeout(() => child.kill("SIGKILL"), START_MS);
    try {
      return new ServerProcess(child, await host.promise, output);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Tells it to stop, as an orchestrator does, and resolves with its exit code. */
  async drain(): Promise<number> {
    this.#child.kill("SIGTERM");
    return (await this.#child.status).code;
  }

  /** Resolves when it says that it takes no new sessions. */
  async untilNotReady(): Promise<void> {
    for (let isReady = true; isReady;) {
      const response = await fetch(`http://${this.host}/readiness`);
      await response.body?.cancel();
      isReady = response.ok;
    }
  }

  /** Values of its metrics by series. */
  async scrape(): Promise<Map<string, number>> {
    const text = await (await fetch(`http://${this.host}/metrics`)).text();
    return seriesOf(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#child.status;
    await this.#output;
  }
}

/** Reads all of the output, finds the address in it, and reports an end before that. */
async function readOutput(
  stdout: ReadableStream<Uint8Array<ArrayBuffer>>,
  host: PromiseWithResolvers<string>,
): Promise<void> {
  let text = "";
  for await (const part of stdout.pipeThrough(new TextDecoderStream())) {
    text += part;
    const match = /listens on http:\/\/(\S+) /.exec(text);
    if (match !== null) host.resolve(match[1]!);
  }
  host.reject(new Error(`the server ended: ${text}`));
}
