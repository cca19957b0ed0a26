/**
 * Clients that ask for audio and never read it: what waits for them is bounded, whatever their number.
 * `NEVER_READ=5000 deno test -A tests/e2e/never_read_test.ts` takes five thousand.
 */

import { assert, assertEquals } from "@std/assert";

const CLIENTS = Number(Deno.env.get("NEVER_READ") ?? 500);

/** What the process may grow by before no more clients are taken, in MiB, and how much more is noise. */
const MAX_GROWTH = 400;
const NOISE = 200;

Deno.test(`${CLIENTS} clients that never read do not grow the process beyond the stated limit`, async () => {
  const script = new URL("never_read_script.ts", import.meta.url).pathname;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", script, `${CLIENTS}`, `${MAX_GROWTH}`],
  }).output();
  const [out, log] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert(success, log);
  const { begun, ended, grownMib } = JSON.parse(out!);
  assert(begun > 0 && grownMib < MAX_GROWTH + NOISE, out);
  assertEquals(ended, begun);
});
