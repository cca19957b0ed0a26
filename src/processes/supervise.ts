/**
 * One server of several processes, for machines with more than one core: they share a port, and the
 * kernel gives each its part of the connections.
 *
 * The process that this runs in takes no connections of listeners. It starts the others, keeps them
 * running, and adds up what they tell operators.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import type { Config } from "../config.ts";
import { ConfigError } from "../errors.ts";
import { cannotListen } from "../http/listener/http_server.ts";
import { systemClock } from "../lib/clock.ts";
import { loggerOf } from "../telemetry/logger.ts";
import { Keeper } from "./keeper.ts";
import { Member } from "./member.ts";
import type { Order } from "./orders.ts";
import { Overview } from "./overview.ts";
import { PrivateServer, type PrivateServerOptions } from "./private_server.ts";
import { programOf } from "./program.ts";

/** Bytes of a secret. */
const SECRET_BYTES = 32;

/** Time that processes have, beside `DRAIN_MS`, to end when they are told to, in ms. */
const END_MS = 20_000;

/** Options of {@linkcode supervise}. */
export interface SuperviseOptions {
  readonly config: Config;
  /** The arguments of the program, which each process gets too. */
  readonly args: readonly string[];
}

/**
 * Runs the server until SIGTERM or SIGINT.
 *
 * @returns the exit code: 0, or that of a process that could not start.
 * @throws {ConfigError} if it may start no processes, or cannot listen.
 */
export async function supervise({ config, args }: SuperviseOptions): Promise<number> {
  const clock = systemClock;
  const secret = newSecret();
  const spawn = programOf(config, args);
  const port = freePort(config);
  const members: Member[] = [];
  const overview = new Overview({ members, clock });
  const keeper = new Keeper({
    members,
    clock,
    endMs: config.drainMs + END_MS,
    onEnd: ({ metrics }) => metrics && overview.keep(metrics),
  });
  const words: PrivateServerOptions["routes"] = {
    "/ready": async (request) => {
      const { process, port } = await request.json();
      return Response.json(keeper.noteReady(members[process - 1]!, port));
    },
    "/end": async (request) => {
      const { process, metrics } = await request.json();
      members[process - 1]!.noteLast(metrics);
      return new Response();
    },
  };
  const server = new PrivateServer({ secret, clock, routes: { ...overview.routes, ...words } });
  const tokenSecret = config.tokenSecret || newSecret();
  for (let process = 1; process <= config.processes; process++) {
    const role = { process, of: config.processes, port, supervisorPort: server.port };
    members.push(new Member({ ...role, secret, tokenSecret }, spawn));
  }
  const stopListening = listen(keeper, members);
  loggerOf("server").info("Processes starting", { processes: config.processes, port });
  const code = await keeper.run();
  stopListening();
  await server.close();
  return code;
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString("hex");
}

/**
 * The port for all. A port that is shared is free for whoever shares it too: that nobody has it yet
 * is found out by taking it for oneself.
 */
function freePort(config: Config): number {
  try {
    using listener = Deno.listen({ hostname: config.host, port: config.port });
    return listener.addr.port;
  } catch (error) {
    throw new ConfigError([cannotListen(config, error, "many")]);
  }
}

/**
 * Passes signals on as orders. Those signals themselves a terminal, or what manages services, may send
 * to every process: they mean no second one there.
 */
function listen(keeper: Keeper, members: readonly Member[]): () => void {
  const order = (order: Order) => members.forEach((member) => member.order(order));
  const stop = () => keeper.isStopping ? order("hurry") : keeper.stop();
  const listeners = [["SIGTERM", stop], ["SIGINT", stop], [
    "SIGHUP",
    () => order("reload"),
  ]] as const;
  for (const [signal, listener] of listeners) Deno.addSignalListener(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) Deno.removeSignalListener(signal, listener);
  };
}
