/** Cartesia's clients, in a Node process that plays scenarios with them. */

/** Longest wait for a scenario, in ms: generous, since these machines are noisy. */
const TIMEOUT_MS = 60_000;

/** Options of {@linkcode ScenarioProcess}. */
export interface ScenarioProcessOptions {
  /** The module with the scenarios, in this folder. */
  readonly module: string;
  /** The folder in which its packages are installed. */
  readonly packages: string;
  /** A file with the certificate of an authority that Node is to trust. */
  readonly ca?: string;
}

/** Plays one scenario after the other. */
export class ScenarioProcess implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<string>;
  readonly #output: ReadableStreamDefaultReader<string>;
  /** What was read and is no whole line. */
  #rest = "";

  constructor({ module, packages, ca }: ScenarioProcessOptions) {
    const script = new URL("run_scenarios.mjs", import.meta.url).pathname;
    this.#process = new Deno.Command("node", {
      args: [script, new URL(module, import.meta.url).href, `${packages}/`],
      env: ca === undefined ? {} : { NODE_EXTRA_CA_CERTS: ca },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const encoder = new TextEncoderStream();
    encoder.readable.pipeTo(this.#process.stdin).catch(() => {});
    this.#input = encoder.writable.getWriter();
    this.#output = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Plays a scenario; gives what it gave. */
  // deno-lint-ignore no-explicit-any
  async play(scenario: string, options: object): Promise<any> {
    await this.#input.write(`${JSON.stringify({ scenario, options })}\n`);
    const { result, error } = JSON.parse(await this.#nextLine(scenario));
    if (error !== undefined) throw new Error(error);
    return result;
  }

  /** Ends the process as a crash would. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {});
    await this.#output.cancel();
    await this.#process.status;
  }

  async #nextLine(scenario: string): Promise<string> {
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), TIMEOUT_MS);
    try {
      while (!this.#rest.includes("\n")) {
        const { value, done } = await this.#output.read();
        if (done) throw new Error(`the process ended while it played ${scenario}`);
        this.#rest += value;
      }
    } finally {
      clearTimeout(timer);
    }
    const end = this.#rest.indexOf("\n");
    const line = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + 1);
    return line;
  }
}
