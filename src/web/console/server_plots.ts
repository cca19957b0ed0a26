/**
 * The server's own figures, every second.
 *
 * @module
 */

import { byId, element, formatMs } from "./dom.ts";
import { fetchJson } from "./fetch_json.ts";
import { Sparkline } from "./sparkline.ts";

/** From one look to the next, in ms; longer where the server does not tell. */
const POLL_MS = 1_000;
const REFUSED_MS = 15_000;

/** As much of `/metrics/summary` as is shown. */
type Metrics = Readonly<Record<string, number | null | undefined>>;

/** What is shown in one plot. */
interface PlotSpec {
  readonly title: string;
  /** The lines, the most important one first. */
  readonly lines: readonly string[];
  /** The figure in words, and what stands below it. */
  now(metrics: Metrics): string;
  more(metrics: Metrics): string;
}

const specs: readonly PlotSpec[] = [
  {
    title: "Sessions",
    lines: ["sessions_active"],
    now: (metrics) => count(metrics.sessions_active),
    more: (metrics) => `${count(metrics.synthesis_total)} sentences spoken`,
  },
  {
    title: "Busy workers",
    lines: ["workers_active"],
    now: (metrics) => `${count(metrics.workers_active)} of ${count(metrics.workers_total)}`,
    more: (metrics) => `${count(metrics.worker_utilization_percent)} % of the time`,
  },
  {
    title: "Queue",
    lines: ["synthesis_queue_depth"],
    now: (metrics) => count(metrics.synthesis_queue_depth),
    more: (metrics) => `waits ${formatMs(metrics.queue_wait_p95_ms)} (p95)`,
  },
  latency("Synthesis", "synthesis_latency"),
  latency("First audio", "first_audio"),
  latency("Barge-in", "barge_in"),
];

function latency(title: string, name: string): PlotSpec {
  const of = (quantile: string) => `${name}_${quantile}_ms`;
  return {
    title,
    lines: [of("p50"), of("p95"), of("p99")],
    now: (metrics) => formatMs(metrics[of("p50")]),
    more: (metrics) =>
      `p95\u00a0${formatMs(metrics[of("p95")])}, p99\u00a0${formatMs(metrics[of("p99")])}`,
  };
}

function count(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : String(Math.round(value));
}

/** One plot of the panel. */
class Plot {
  readonly root: HTMLElement;
  readonly #spec: PlotSpec;
  readonly #now = element("p", { className: "now", text: "–" });
  readonly #more = element("p", { className: "more" });
  readonly #sparkline: Sparkline;

  constructor(spec: PlotSpec) {
    this.#spec = spec;
    this.#sparkline = new Sparkline(spec.lines.length);
    this.root = element(
      "div",
      { className: "plot" },
      element("h3", { text: spec.lines.length > 1 ? `${spec.title}, p50` : spec.title }),
      this.#now,
      this.#more,
      this.#sparkline.root,
    );
  }

  show(metrics: Metrics): void {
    const { lines, now, more } = this.#spec;
    this.#now.textContent = now(metrics);
    this.#more.textContent = more(metrics);
    this.#sparkline.push(lines.map((line) => metrics[line] ?? null));
  }
}

/** The panel. */
export class ServerPlots {
  readonly #note = byId("server-note", HTMLElement);
  readonly #plots = specs.map((spec) => new Plot(spec));
  readonly #token: () => string | undefined;

  constructor(token: () => string | undefined) {
    this.#token = token;
    byId("plots", HTMLElement).append(...this.#plots.map(({ root }) => root));
  }

  /** Looks every second, from now on. */
  async run(): Promise<never> {
    for (;;) {
      const isRefused = !document.hidden && await this.#look() === "refused";
      await new Promise((resolve) => setTimeout(resolve, isRefused ? REFUSED_MS : POLL_MS));
    }
  }

  async #look(): Promise<"ok" | "refused" | "failed"> {
    const answer = await fetchJson<{ metrics: Metrics }>("/metrics/summary", this.#token());
    if (answer.status === "ok") {
      for (const plot of this.#plots) plot.show(answer.body.metrics);
      this.#note.textContent = "the last minute";
    } else {
      this.#note.textContent = answer.status === "refused"
        ? "Not shown here: this server gives its figures to whoever has an admin key."
        : "No answer just now.";
    }
    return answer.status;
  }
}
