/**
 * One process as its supervisor sees it, through all its lives.
 *
 * @module
 */

import type { HealthKind, HealthReport } from "../telemetry/health.ts";
import type { MetricsSnapshot } from "../telemetry/metrics/snapshot.ts";
import type { Snapshot } from "./child.ts";
import { type Order, orderLine, type Role, roleLine } from "./orders.ts";
import { PrivateClient } from "./private_server.ts";
import type { Spawn } from "./program.ts";

/** Longest wait for what a process tells of itself, in ms. */
const ANSWER_MS = 500;

/** One life. */
interface Life {
  readonly process: Deno.ChildProcess;
  readonly input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  /** Undefined until it is ready. */
  client?: PrivateClient;
  /** The last that it told of its metrics. */
  metrics?: MetricsSnapshot;
  /** Questions are numbered: an answer that was overtaken is old. */
  asked: number;
  answered: number;
  /** Whether it answered when it was last asked. */
  isUp: boolean;
}

/** How a process ended. */
export interface End extends Deno.CommandStatus {
  /** The last that it told of its metrics, if it told any. */
  readonly metrics: MetricsSnapshot | undefined;
}

/** See the module. */
export class Member {
  readonly role: Role;
  readonly #spawn: Spawn;
  #life: Life | undefined;
  #lives = 0;

  constructor(role: Role, spawn: Spawn) {
    this.role = role;
    this.#spawn = spawn;
  }

  get number(): number {
    return this.role.process;
  }

  /** Whether it answered when it was last asked. */
  get isUp(): boolean {
    return this.#life?.isUp ?? false;
  }

  get isReady(): boolean {
    return this.#life?.client !== undefined;
  }

  /** Of its process, while there is one. */
  get pid(): number | undefined {
    return this.#life?.process.pid;
  }

  /** How often it was started anew. */
  get restarts(): number {
    return Math.max(0, this.#lives - 1);
  }

  /** What it has last told of its metrics; undefined before the first time, and after its end. */
  get metrics(): MetricsSnapshot | undefined {
    return this.#life?.metrics;
  }

  /** Starts it; resolves at its end. */
  async live(): Promise<End> {
    const process = this.#spawn();
    const life: Life = {
      process,
      input: process.stdin.getWriter(),
      asked: 0,
      answered: 0,
      isUp: false,
    };
    this.#life = life;
    this.#lives++;
    // The process may be gone before it has read anything.
    life.input.write(new TextEncoder().encode(roleLine(this.role))).catch(() => {});
    const status = await process.status;
    life.client?.close();
    life.input.close().catch(() => {});
    this.#life = undefined;
    return { ...status, metrics: life.metrics };
  }

  /** It listens, and takes questions at this port. */
  noteReady(port: number): void {
    if (this.#life === undefined) return;
    this.#life.client = new PrivateClient({ port, secret: this.role.secret });
    this.#life.isUp = true;
  }

  /** What it has measured to its end. */
  noteLast(metrics: MetricsSnapshot | null): void {
    if (this.#life !== undefined && metrics !== null) this.#life.metrics = metrics;
  }

  /** Gives it an order, if it lives. */
  order(order: Order): void {
    this.#life?.input.write(new TextEncoder().encode(orderLine(order))).catch(() => {});
  }

  /** Tells it to drain and to end. */
  stop(): void {
    this.order("stop");
    // Until it is ready it may not listen: it may wait for a backend that does not come.
    if (!this.isReady) this.#signal("SIGTERM");
  }

  /** Ends it at once. */
  kill(): void {
    this.#signal("SIGKILL");
  }

  #signal(signal: Deno.Signal): void {
    try {
      this.#life?.process.kill(signal);
    } catch {
      // It has ended, and is about to be told so.
    }
  }

  /** Asks what it has measured; whether it answered in time tells {@linkcode isUp}. */
  async refresh(): Promise<void> {
    const life = this.#life;
    if (life === undefined) return;
    const turn = ++life.asked;
    const snapshot = await this.#tell<Snapshot>(life, "/snapshot");
    if (turn < life.answered) return;
    life.answered = turn;
    life.isUp = snapshot !== undefined;
    if (snapshot?.metrics) life.metrics = snapshot.metrics;
  }

  /** Undefined where it does not answer in time. */
  async health(kind: HealthKind): Promise<HealthReport | undefined> {
    return await this.#tell(this.#life, `/health?kind=${kind}`);
  }

  /** What it knows of a session; null or undefined if nothing. */
  async waterfall(sessionId: string): Promise<unknown> {
    return await this.#tell(this.#life, `/waterfall?${new URLSearchParams({ sessionId })}`);
  }

  /** Its answer as it comes; undefined where it is not ready. Rejects where it does not come. */
  async forward(path: string, { method, signal }: Request): Promise<Response | undefined> {
    return await this.#life?.client?.ask(path, {
      method: method === "HEAD" ? "HEAD" : "GET",
      signal,
    });
  }

  async #tell<T>(life: Life | undefined, path: string): Promise<T | undefined> {
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const response = await life?.client?.ask(path, { signal });
      return await response?.json();
    } catch {
      return undefined;
    }
  }
}
