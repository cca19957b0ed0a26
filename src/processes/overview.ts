/**
 * What operators are told of all processes as of one server.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import { jsonError } from "../http/json_error.ts";
import type { Clock } from "../lib/clock.ts";
import type { HealthCheck, HealthKind, HealthReport } from "../telemetry/health.ts";
import { MergedMetrics, type ProcessMetrics } from "../telemetry/metrics/merged_metrics.ts";
import type { MetricsSnapshot } from "../telemetry/metrics/snapshot.ts";
import type { Member } from "./member.ts";
import type { PrivateServerOptions } from "./private_server.ts";

/** Options of {@linkcode Overview}. */
export interface OverviewOptions {
  readonly members: readonly Member[];
  readonly clock: Clock;
}

/** See the module. */
export class Overview {
  readonly #members: readonly Member[];
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #merged = new MergedMetrics();

  constructor({ members, clock }: OverviewOptions) {
    this.#members = members;
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  /** What a process that has ended had measured still counts. */
  keep(metrics: MetricsSnapshot): void {
    this.#merged.keep(metrics);
  }

  /** For the processes, who are asked by operators. */
  get routes(): PrivateServerOptions["routes"] {
    return {
      "/metrics": (request) => this.#scrape(request.headers.get("accept")),
      "/metrics/summary": async () => Response.json(await this.#summary()),
      "/waterfall": async (_request, url) =>
        Response.json(await this.#waterfall(url.searchParams.get("sessionId")!)),
      "/health": async (_request, url) =>
        Response.json(await this.#health(url.searchParams.get("kind") as HealthKind)),
      "/debug/profile": (request, url) => this.#forward(request, url),
      "/debug/heap": (request, url) => this.#forward(request, url),
    };
  }

  async #scrape(accept: string | null): Promise<Response> {
    const processes = await this.#ask();
    const { contentType, body } = await this.#merged.scrape(processes, accept, this.#clock.now());
    return new Response(body, { headers: { "content-type": contentType } });
  }

  async #summary(): Promise<unknown> {
    const processes = await this.#ask();
    const now = this.#clock.now();
    return this.#merged.summary(processes, { now, uptimeMs: now - this.#startedAt });
  }

  /** All numbers are taken at once when the last has answered: nothing ends in between. */
  async #ask(): Promise<ProcessMetrics[]> {
    await Promise.all(this.#members.map((member) => member.refresh()));
    return this.#members.map(({ number, metrics, isUp, restarts }) => ({
      process: number,
      snapshot: metrics,
      isUp,
      restarts,
    }));
  }

  async #waterfall(sessionId: string): Promise<unknown> {
    const answers = await Promise.all(this.#members.map((member) => member.waterfall(sessionId)));
    return answers.find((answer) => answer) ?? null;
  }

  async #health(kind: HealthKind): Promise<HealthReport> {
    const reports = await Promise.all(this.#members.map((member) => member.health(kind)));
    const statuses = reports.map((report) => report?.status ?? "unavailable");
    const isServed = statuses.some((status) => status !== "unavailable");
    const isWhole = statuses.every((status) => status === "ok");
    return {
      status: isWhole ? "ok" : isServed ? "degraded" : "unavailable",
      uptimeS: (this.#clock.now() - this.#startedAt) / 1000,
      checks: Object.fromEntries(
        this.#members.map((
          member,
          at,
        ) => [`process_${member.number}`, checkOf(member, reports[at])]),
      ),
    };
  }

  async #forward(request: Request, url: URL): Promise<Response> {
    const named = url.searchParams.get("process");
    const member = this.#members.find(({ number }) => String(number) === named);
    return await member?.forward(url.pathname + url.search, request).catch(() => undefined) ??
      this.#noProcess();
  }

  #noProcess(): Response {
    return jsonError(STATUS_CODE.NotFound, {
      code: "not_found",
      message: "there is no such process, or it does not answer",
      field: "process",
      allowed: this.#members.map(({ number }) => String(number)),
    });
  }
}

function checkOf({ restarts, isReady }: Member, report: HealthReport | undefined): HealthCheck {
  const again = `starts: ${restarts + 1}`;
  if (report === undefined) {
    return { status: "fail", reason: isReady ? `it does not answer; ${again}` : "it is starting" };
  }
  const failed = Object.entries(report.checks).filter(([, { status }]) => status === "fail");
  if (failed.length === 0) return { status: "ok", reason: `all of it is well; ${again}` };
  return {
    status: "fail",
    reason: failed.map(([name, { reason }]) => `${name}: ${reason}`).join("; "),
  };
}
