/**
 * The server as its users run it, with everything that watches it or with nothing.
 *
 * @module
 */

/** The unit of CPU time in `/proc`: USER_HZ, 100 on every Linux that Deno runs on; see proc(5). */
const MS_PER_CLOCK_TICK = 10;

/** Metrics, logs and the recorder as they are by default; or none. */
const WATCHED = ["--metrics=true", "--log-level=info"];
const UNWATCHED = ["--metrics=false", "--log-level=error"];

/** Longest wait for a server to listen, ms. */
const START_MS = 30_000;

/** A running server. */
export interface CostServer extends AsyncDisposable {
  /** Where sessions are. */
  readonly url: string;
  /** CPU time that the process has taken so far, in ms, of all its threads. */
  cpuMs(): Promise<number>;
}

/** Starts it on a free port and waits until it listens. */
export async function startCostServer({ isWatched }: {
  readonly isWatched: boolean;
}): Promise<CostServer> {
  const main = new URL("../main.ts", import.meta.url).pathname;
  const process = new Deno.Command(Deno.execPath(), {
    // The load is what was asked for: nobody is turned away at the door.
    args: ["run", "--quiet", "-A", main, "--port=0", "--cache-mb=0"]
      .concat("--max-load-percent=10000", "--max-late-ms=600000", "--max-loop-lag-ms=600000")
      .concat(isWatched ? WATCHED : UNWATCHED),
    stdout: "piped",
    // Written, and nobody reads it.
    stderr: "null",
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
  return {
    url: /ws:\/\/[^\s)]+/.exec(output)![0],
    async cpuMs() {
      const stat = await Deno.readTextFile(`/proc/${process.pid}/stat`);
      // The second field, the program's name in brackets, may hold spaces.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return (Number(fields[11]) + Number(fields[12])) * MS_PER_CLOCK_TICK;
    },
    async [Symbol.asyncDispose]() {
      process.kill("SIGTERM");
      process.kill("SIGTERM");
      await reader.cancel();
      await process.status;
    },
  };
}
