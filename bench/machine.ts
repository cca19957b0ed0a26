/**
 * What the bench ran on: no figure means anything without it.
 *
 * @module
 */

/** The machine, the runtime, and what else kept the machine busy just now, in one line. */
export async function describeMachine(): Promise<string> {
  const { deno, v8 } = Deno.version;
  const memory = Math.round(Deno.systemMemoryInfo().total / 2 ** 30);
  return `${navigator.hardwareConcurrency} cores (${await processor()}), ${memory} GiB, ` +
    `Deno ${deno} (V8 ${v8}), ${Deno.build.target}, load ${Deno.loadavg()[0]!.toFixed(1)} before`;
}

/** The processor's name, where the system tells one: see proc(5). */
async function processor(): Promise<string> {
  try {
    const info = await Deno.readTextFile("/proc/cpuinfo");
    return /^model name\s*: (.+)$/m.exec(info)?.[1] ?? "unknown";
  } catch {
    return "unknown";
  }
}
