import { seriesOf } from "../helpers/scrape.ts";
const root = new URL("../../", import.meta.url);

/** Options of {@linkcode WorkerProcess.start}. */
export interface WorkerProcessOptions {
  /** 0 takes a free one. */
  readonly port?: number;
  readonly host?: string;
  /** Syntheses at the same time; there is one engine thread. */
  readonly maxConcurrent?: number;
}

/** A TTS worker with flite in a process of its own. */
export class WorkerProcess implements AsyncDisposable {
  /** `host:port`. */
  readonly address: string;
  readonly port: number;
  readonly #child: Deno.ChildProcess;
  readonly #output: ReadableStreamDefaultReader<string>;
  readonly #metricsUrl: string;

  private constructor(
    child: Deno.ChildProcess,
    output: ReadableStreamDefaultReader<string>,
    welcome: string,
  ) {
    this.#child = child;
    this.#output = output;
    this.address = /listens on ([^,]+),/.exec(welcome)![1]!;
    this.port = Number(this.address.split(":").at(-1));
    const [host] = this.address.split(":");
    this.#metricsUrl = `http://${host}:${/metrics: port (\d+)/.exec(welcome)![1]}/metrics`;
  }

  /** Starts one, and waits until it listens. */
  static async start(options: WorkerProcessOptions = {}): Promise<WorkerProcess> {
    const { port = 0, host = "127.0.0.1", maxConcurrent = 2 } = options;
    const flags = {
      port,
      host,
      engine: "flite",
      threads: 1,
      "max-concurrent-syntheses": maxConcurrent,
      "metrics-port": 0,
      "log-level": "error",
    };
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "-A",
        "src/tts_worker/main.ts",
        ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
      ],
      cwd: root,
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let welcome = "";
    while (!welcome.includes("\n")) {
      const { value, done } = await output.read();
      if (done) throw new Error("the worker ended before it listened");
      welcome += value;
    }
    return new WorkerProcess(child, output, welcome);
  }

  /** Freezes it, as SIGSTOP does: its connections stay open. */
  freeze(): void {
    this.#child.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child.kill("SIGCONT");
  }

  /** Its own numbers, by series. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const text = await (await fetch(this.#metricsUrl)).text();
    return seriesOf(text);
  }

  /** `kill -9`; resolves when it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It is gone already.
    }
    await this.#child.status;
    await this.#output.cancel();
  }
}
