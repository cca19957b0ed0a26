/**
 * From the start of the process to a server that is ready, as `deno task start` starts it, beside a
 * program of the same runtime that does nothing.
 *
 * @module
 */

import { type BenchOptions, judge, quantile, type Report, spread } from "./report.ts";

/** Longest wait for a server to be ready, in ms. */
const READY_MS = 30_000;

/** Where nothing else listens: the port is asked of the system first. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Runs the part. */
export async function start({ short }: BenchOptions): Promise<Report> {
  const pairs = short ? 3 : 10;
  const ready: number[] = [];
  const nothing: number[] = [];
  // What is compiled once is compiled.
  await untilReady();
  for (let pair = 0; pair < pairs; pair++) {
    nothing.push(await untilNothingIsDone());
    ready.push(await untilReady());
  }
  return {
    title: `Start to ready, with a warm cache, ${pairs} times`,
    rows: [
      { what: "the server: its process begins to ready, ms", ...spread(ready) },
      { what: "a program that does nothing: begins to ends, ms", ...spread(nothing) },
    ],
    goals: [
      judge({
        name: "start to ready, median, ms",
        value: quantile(ready, 0.5),
        atMost: 1_500,
        wideMargin: 15_000,
      }),
    ],
    method:
      "The server is started with the permissions and settings of `deno task start`, and is " +
      "ready when `/readiness` says so. It is asked " +
      "each 10 ms.",
  };
}

async function untilReady(): Promise<number> {
  const port = freePort();
  const begun = performance.now();
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-P=start", "main.ts", `--port=${port}`, "--log-level=error"],
    cwd: new URL("..", import.meta.url),
    stdout: "null",
  }).spawn();
  try {
    while (!await isReady(port)) {
      if (performance.now() - begun > READY_MS) throw new Error("the server was not ready in time");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return performance.now() - begun;
  } finally {
    process.kill("SIGTERM");
    await process.status;
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readiness`);
    await response.body?.cancel();
    return response.ok;
  } catch {
    // It does not listen yet.
    return false;
  }
}

async function untilNothingIsDone(): Promise<number> {
  const begun = performance.now();
  await new Deno.Command(Deno.execPath(), { args: ["eval", "0"] }).output();
  return performance.now() - begun;
}
