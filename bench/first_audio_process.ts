/**
 * A program of the bench in a process of its own: it says where it is in a line, and ends at any input
 * with another.
 *
 * @module
 */

/** Such a program, running. */
export class ChildProgram {
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;

  private constructor(process: Deno.ChildProcess) {
    this.#process = process;
    this.#lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Starts a file of `bench/`. */
  static start(file: string, ...args: readonly string[]): ChildProgram {
    return new ChildProgram(
      new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "-A", new URL(file, import.meta.url).pathname, ...args],
        stdin: "piped",
        stdout: "piped",
      }).spawn(),
    );
  }

  /** The next line that it says. */
  async line(): Promise<string> {
    let line = "";
    while (!line.endsWith("\n")) {
      const { value, done } = await this.#lines.read();
      if (done) throw new Error(`a program of the bench ended: ${line}`);
      line += value;
    }
    return line.trim();
  }

  /** Ends it; gives its last line. */
  async finish(): Promise<string> {
    const writer = this.#process.stdin.getWriter();
    await writer.write(new Uint8Array(1));
    const line = await this.line();
    await writer.close();
    await this.#lines.cancel();
    await this.#process.status;
    return line;
  }
}
