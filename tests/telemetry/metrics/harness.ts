import type { SentenceRef, SpeechEvent } from "../../../src/speech/events.ts";
import { LoopLag } from "../../../src/telemetry/loop_lag.ts";
import type { LiveFigures } from "../../../src/telemetry/metrics/gauges.ts";
import {
  createMetrics,
  type Metrics,
  type MetricsOptions,
} from "../../../src/telemetry/metrics/metrics.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";

/** A scrape, read as Prometheus reads it. */
export interface Parsed {
  /** Value by series, as written: `name{label="value"}`. */
  readonly series: ReadonlyMap<string, number>;
  readonly types: ReadonlyMap<string, string>;
  readonly helps: ReadonlyMap<string, string>;
  /** By series: the trace of its exemplar. */
  readonly exemplars: ReadonlyMap<string, string>;
}

const SAMPLE = /^([a-z_]+(?:\{.*?\})?) (\S+)(?: # \{trace_id="([^"]*)"\} (\S+) (\S+))?$/;

/** Reads either text format; throws where it is neither. */
export function parse(text: string): Parsed {
  const series = new Map<string, number>();
  const types = new Map<string, string>();
  const helps = new Map<string, string>();
  const exemplars = new Map<string, string>();
  for (const line of text.split("\n")) {
    if (line === "" || line === "# EOF") continue;
    const comment = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line);
    if (comment !== null) {
      (comment[1] === "HELP" ? helps : types).set(comment[2]!, comment[3]!);
      continue;
    }
    const sample = SAMPLE.exec(line);
    if (sample === null) throw new Error(`not a sample: ${line}`);
    if (series.has(sample[1]!)) throw new Error(`twice: ${line}`);
    series.set(sample[1]!, Number(sample[2]));
    if (sample[3] !== undefined) exemplars.set(sample[1]!, sample[3]);
  }
  return { series, types, helps, exemplars };
}

/** Metrics on a fake clock, and the server's numbers as the test wants them. */
export class Harness {
  readonly clock: FakeClock;
  readonly loopLag: LoopLag;
  readonly metrics: Metrics;
  live: LiveFigures = {
    queued: 0,
    workers: 2,
    busyWorkers: 0,
    sessions: 0,
    connections: 0,
    sendBufferBytes: 0,
    unpacedWaiting: 0,
    isReady: true,
  };

  constructor(options: Partial<MetricsOptions> = {}, clock = new FakeClock()) {
    this.clock = clock;
    this.loopLag = new LoopLag({ clock });
    this.live = { ...this.live, workers: options.workers ?? 2 };
    this.metrics = createMetrics({
      clock,
      workers: 2,
      slas: { bargeInMs: 50, firstAudioMs: 500, synthesisMs: 300 },
      build: { version: "1.2.3", deno: "2.9.6", engine: "scripted" },
      loopLag: this.loopLag,
      live: () => this.live,
      ...options,
    });
  }

  record(...events: SpeechEvent[]): void {
    for (const event of events) this.metrics.record(event);
  }

  async scrape(accept: string | null = null): Promise<Parsed> {
    return parse((await this.metrics.scrape(accept)).body);
  }

  /** The values of some series; those that are not there are undefined. */
  async read(...series: string[]): Promise<(number | undefined)[]> {
    const scrape = await this.scrape();
    return series.map((name) => scrape.series.get(name));
  }

  /** Opens a session with an utterance that has one sentence. */
  begin({ sessionId, utteranceId, index }: SentenceRef = ref()): void {
    this.record(
      { type: "session_started", sessionId, dialect: "native" },
      { type: "utterance_started", sessionId, utteranceId },
      { type: "sentence_queued", sessionId, utteranceId, index, characters: 10 },
    );
  }

  /** Drives a synthesis from its start to its end, `durationMs` later. */
  synthesise(
    outcome: "completed" | "failed" | "cancelled",
    { worker = 0, durationMs = 20, audioMs = 1_000, sentence = ref() } = {},
  ): void {
    this.record({ type: "synthesis_started", ...sentence, worker });
    this.clock.advance(durationMs);
    this.record({ type: "synthesis_ended", ...sentence, worker, outcome, durationMs, audioMs });
  }
}

/** Which sentence: the first of the first utterance of `s1`, if nothing else is said. */
export function ref(ref: Partial<SentenceRef> = {}): SentenceRef {
  return { sessionId: "s1", utteranceId: "u1", index: 0, ...ref };
}
