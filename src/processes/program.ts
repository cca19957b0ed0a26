/**
 * How the supervisor starts its processes.
 *
 * @module
 */

import type { Config } from "../config.ts";
import { ConfigError } from "../errors.ts";
import { CHILD_FLAG } from "./orders.ts";

/** Starts one process; its standard input is open, and its output goes where ours does. */
export type Spawn = () => Deno.ChildProcess;

/** The project's folder. */
const ROOT = new URL("../../", import.meta.url);

/**
 * Starts `main.ts` with the same arguments, and with the permissions of `deno task start`, or of
 * `start-fleet` where the config wants that; whoever has all permissions has given them to all.
 *
 * @throws {ConfigError} if this process may start none.
 */
export function programOf(config: Config, args: readonly string[]): Spawn {
  const deno = mayRun(Deno.execPath()) ? Deno.execPath() : "deno";
  if (!mayRun(deno)) {
    throw new ConfigError([
      "PROCESSES: more than one is not allowed with these permissions; start it with: " +
      "deno task start-many",
    ]);
  }
  const hasAll = Deno.permissions.querySync({ name: "run" }).state === "granted";
  const permissions = hasAll ? "-A" : config.ttsBackends === "" ? "-P=start" : "-P=fleet";
  const command = new Deno.Command(deno, {
    args: [
      "run",
      "--quiet",
      `--config=${pathOf("deno.json")}`,
      permissions,
      pathOf("main.ts"),
      CHILD_FLAG,
      ...args,
    ],
    stdin: "piped",
    stdout: "inherit",
    stderr: "inherit",
  });
  return () => command.spawn();
}

function mayRun(command: string): boolean {
  return Deno.permissions.querySync({ name: "run", command }).state === "granted";
}

function pathOf(file: string): string {
  return decodeURIComponent(new URL(file, ROOT).pathname);
}
