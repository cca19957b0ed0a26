/**
 * What the bench ran on: no figure means anything without it.
 *
 * @module
 */

/** The machine and the runtime, in one line. */
export async function describeMachine(): Promise<string> {
  const { deno, v8 } = Deno.version;
  const memory = Math.round(Deno.systemMemoryInfo().total / 2 ** 30);
  return `${navigator.hardwareConcurrency} cores (${await processor()}), ${memory} GiB, ` +
    `Deno ${deno} (V8 ${v8}), ${Deno.build.target}`;
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
