/**
 * The server of `never_read_server.ts` and the clients of `never_read_clients.ts`, as those see them who
 * started them.
 *
 * @module
 */

import { seriesOf } from "../helpers/scrape.ts";
import type { Come } from "./never_read_clients.ts";

/** A program of this folder that prints lines. */
class Program implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;

  constructor(file: string, args: readonly string[]) {
    const path = new URL(file, import.meta.url).pathname;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "-A", path, ...args],
      stdin: "null",
      stdout: "piped",
      // A server whose clients are lost tells of it at length.
      stderr: "null",
    }).spawn();
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** The line that it prints first. */
  async line(): Promise<string> {
    let text = "";
    while (!text.includes("\n")) {
      const { value, done } = await this.#lines.read();
      if (done) throw new Error(`it ended; it had printed ${JSON.stringify(text)}`);
      text += value;
    }
    return text;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#lines.cancel();
    await this.#child.status;
  }
}

/** A server in a process of its own. */
export class LonelyServer implements AsyncDisposable {
  readonly port: number;
  readonly #program: Program;

  private constructor(program: Program, port: number) {
    this.#program = program;
    this.port = port;
  }

  /** Starts one with what is not default of its config, and waits until it listens. */
  static async start(config: Readonly<Record<string, number>>): Promise<LonelyServer> {
    const program = new Program("never_read_server.ts", [JSON.stringify(config)]);
    return new LonelyServer(program, Number(await program.line()));
  }

  /** Most memory that it ever had in RAM, in MiB: VmHWM of proc(5). */
  async peakMib(): Promise<number> {
    const status = await Deno.readTextFile(`/proc/${this.#program.pid}/status`);
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)![1]) / 1_024;
  }

  /** What `/metrics` says, by series. */
  async metrics(): Promise<Map<string, number>> {
    return seriesOf(await (await fetch(`http://127.0.0.1:${this.port}/metrics`)).text());
  }

  /** Clients that stay until they are disposed of; resolves when all have asked. */
  async visit(
    count: number,
    when: "each" | "together",
  ): Promise<{ readonly come: Come; readonly clients: AsyncDisposable }> {
    const clients = new Program("never_read_clients.ts", [`${this.port}`, `${count}`, when]);
    return { clients, come: JSON.parse(await clients.line()) };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#program[Symbol.asyncDispose]();
  }
}
