/**
 * A TTS worker in a process of its own.
 *
 * @module
 */

/** A running worker. */
export interface BenchWorker extends AsyncDisposable {
  /** `host:port`. */
  readonly address: string;
}

/** Starts a module that prints where it listens, and waits until it does. */
export async function startWorkerProcess(module: URL, ...flags: string[]): Promise<BenchWorker> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", module.href, ...flags],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let output = "";
  while (!output.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the worker did not start: ${output}`);
    output += value;
  }
  return {
    address: /listens on ([^,]+),/.exec(output)![1]!,
    async [Symbol.asyncDispose]() {
      process.kill("SIGKILL");
      await reader.cancel();
      await process.status;
    },
  };
}
