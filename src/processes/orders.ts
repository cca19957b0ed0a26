/**
 * What a supervisor tells its processes: lines on their standard input.
 *
 * The first line says what the process is to be; each line after it is an order. The end of the input
 * is the end of the supervisor, and nobody serves on without one.
 *
 * @module
 */

import { ConfigError } from "../errors.ts";

/** The first argument of a process that a supervisor has started. */
export const CHILD_FLAG = "--child";

/** What a process is to be. */
export interface Role {
  /** Its number, from 1. */
  readonly process: number;
  /** How many there are. */
  readonly of: number;
  /** The port that all share. */
  readonly port: number;
  /** Where the supervisor is asked, on this machine's loopback. */
  readonly supervisorPort: number;
  /** What whoever asks a supervisor, or a process for it, has to show. */
  readonly secret: string;
  /** What all sign tokens with, so that each takes those of the others. */
  readonly tokenSecret: string;
}

/** `stop`: drain, and end; `hurry`: end now; `reload`: as at SIGHUP. */
export type Order = "stop" | "hurry" | "reload";

const ORDERS: ReadonlySet<string> = new Set<Order>(["stop", "hurry", "reload"]);

/** The first line. */
export function roleLine(role: Role): string {
  return `${JSON.stringify(role)}\n`;
}

/** A line after it. */
export function orderLine(order: Order): string {
  return `${order}\n`;
}

/** The other end of the input. */
export interface Orders {
  readonly role: Role;
  /** Calls back with each order, and at the end of the input with `stop`. */
  listen(onOrder: (order: Order) => void): Promise<void>;
}

/**
 * Reads the first line.
 *
 * @throws {ConfigError} if it says no role: no supervisor is there.
 */
export async function readOrders(input: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Orders> {
  const lines = linesOf(input);
  const role = parseRole((await lines.next()).value);
  return {
    role,
    async listen(onOrder) {
      for await (const line of lines) if (isOrder(line)) onOrder(line);
      onOrder("stop");
    },
  };
}

function isOrder(line: string): line is Order {
  return ORDERS.has(line);
}

function parseRole(line: string | void): Role {
  try {
    return JSON.parse(line ?? "");
  } catch {
    throw new ConfigError([
      `${CHILD_FLAG}: it is for processes that the server starts; see PROCESSES`,
    ]);
  }
}

async function* linesOf(input: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of input.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
