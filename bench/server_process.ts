/**
 * The server as its users run it, in a process of its own.
 *
 * @module
 */

/** A running server process. */
export interface ServerProcess extends AsyncDisposable {
  /** Where sessions are. */
  readonly url: string;
  /** CPU time that the process has taken so far, in ms, of all its threads. */
  cpuMs(): Promise<number>;
  /** Memory of the process that is in RAM, in bytes. */
  memoryBytes(): Promise<number>;
}

/** The unit of CPU time in `/proc`: USER_HZ, 100 on every Linux that Deno runs on; see proc(5). */
const MS_PER_CLOCK_TICK = 10;

/** Longest wait for a server to listen, in ms. */
const START_MS = 30_000;

/** Options of {@linkcode startServerProcess}. */
export interface ServerProcessOptions {
  /** Beside those for a free port and the cache. @default {["--log-level=error"]} */
  readonly flags?: readonly string[];
  /** Where its log goes. @default {"inherit"} */
  readonly log?: "inherit" | "null";
  /**
   * Memory of the cache, in MiB: benchmarks say the same sentences again, and most measure what is behind it.
   * @default {0}
   */
  readonly cacheMb?: number;
}

/** Starts the server on a free port and waits until it listens. */
export async function startServerProcess(
  { flags = ["--log-level=error"], log = "inherit", cacheMb = 0 }: ServerProcessOptions = {},
): Promise<ServerProcess> {
  const main = new URL("../main.ts", import.meta.url).pathname;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", main, "--port=0", `--cache-mb=${cacheMb}`, ...flags],
    stdout: "piped",
    stderr: log,
  }).spawn();
  const timer = setTimeout(() => process.kill("SIGKILL"), START_MS);
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let output = "";
  while (!/ws:\/\/\S+\/v1\/session/.test(output)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the server did not start: ${output}`);
    output += value;
  }
  clearTimeout(timer);
  const url = /ws:\/\/[^\s)]+/.exec(output)![0];
  return {
    url,
    async cpuMs() {
      const stat = await Deno.readTextFile(`/proc/${process.pid}/stat`);
      // The second field, the program's name in brackets, may hold spaces.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return (Number(fields[11]) + Number(fields[12])) * MS_PER_CLOCK_TICK;
    },
    async memoryBytes() {
      const status = await Deno.readTextFile(`/proc/${process.pid}/status`);
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)![1]) * 1_024;
    },
    async [Symbol.asyncDispose]() {
      process.kill("SIGTERM");
      process.kill("SIGTERM");
      await reader.cancel();
      await process.status;
    },
  };
}
