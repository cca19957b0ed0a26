/**
 * What `GET /metrics/summary` tells.
 *
 * @module
 */

import type { Summary } from "../../telemetry/metrics/summary.ts";
import type {
  SentenceWaterfall,
  SessionWaterfall,
  UtteranceWaterfall,
} from "../../telemetry/waterfall/description.ts";
import {
  array,
  constant,
  described,
  type Fields,
  integer,
  nullable,
  number,
  object,
  type Schema,
  string,
} from "./schema.ts";

type SchemasOf<T> = Readonly<Record<keyof T, Schema>>;

const count = (description: string) => integer(description, { minimum: 0 });
const value = (description: string) => number(description, { minimum: 0 });

/** Quantiles of the last 5 minutes. */
function quantiles<const Name extends string>(name: Name, what: string) {
  const quantile = (share: number) => [
    `${name}_p${share}_ms`,
    nullable(value(`${what}: ${share} % of the last 5 minutes took at most this, in ms.`)),
  ];
  return Object.fromEntries([50, 95, 99].map(quantile)) as Record<
    `${Name}_p${"50" | "95" | "99"}_ms`,
    Schema
  >;
}

const bargeIns = quantiles("barge_in", "From a barge-in to its report");
const compliance = nullable(value("Of the last 1,000; null before the first."));

const metrics: SchemasOf<Summary["metrics"]> = {
  synthesis_total: count("Syntheses."),
  synthesis_errors: count("Those that failed."),
  synthesis_cancelled: count("Those that were cancelled."),
  error_rate: nullable(number("Share that failed; null before the first.", { maximum: 1 })),
  synthesis_active: count("Syntheses that run."),
  synthesis_queue_depth: count("Sentences that wait for a worker."),
  ...quantiles("synthesis_latency", "A synthesis"),
  ...quantiles("queue_wait", "The wait for a worker"),
  ...quantiles("first_audio", "From first text to first audio"),
  ...bargeIns,
  session_barge_in_p95_ms: bargeIns.barge_in_p95_ms,
  workers_total: count("Workers."),
  workers_active: count("Those that are busy."),
  workers_idle: count("The others."),
  worker_utilization_percent: value("Share of the workers' time that was busy."),
  worker_tasks_total: count("Sentences that workers took."),
  worker_errors: count("Those that failed."),
  cache_hits: count("Sentences that were found in the cache of speech."),
  cache_joins: count("Sentences heard along with somebody else who wanted the same."),
  cache_misses: count("Sentences that were not in the cache."),
  cache_hit_rate: nullable(number("Share that was not synthesised anew.", { maximum: 1 })),
  cache_bytes: count("Bytes in the cache."),
  sessions_active: count("Sessions that have not ended."),
  utterances: object({
    completed: count("Said to the end."),
    interrupted: count("Interrupted."),
    failed: count("Not said at all."),
  }),
  barge_ins: count("Interruptions."),
  characters: count("Characters taken."),
  audio_sent_seconds: value("Audio sent."),
  underruns: count("Times that a listener ran dry through the server's fault."),
  underruns_text: count("Times that a listener ran dry because text came late."),
  sla_violations: count("Promises not kept."),
  sla_compliance_percent: object({
    barge_in: compliance,
    first_audio: compliance,
    synthesis: compliance,
  }),
  event_loop_lag_ms: value("Longest lag of the last 10 s."),
};

/** Without a session. */
export const summary = described(
  "The numbers that are asked for first; counts are since the start.",
  object({
    status: constant("ok"),
    uptime_seconds: value("Time since the start."),
    metrics: object(metrics),
  }),
);

const time = (what: string) => number(`${what}, in ms since the session's start.`);
const maybe = (what: string) => nullable(time(what));

const sentence: SchemasOf<SentenceWaterfall> = {
  index: count("Place in the utterance, from 0."),
  characters: count("Characters."),
  queued_ms: time("Queued"),
  taken_ms: maybe("Taken by a worker"),
  worker: nullable(count("The worker that spoke it.")),
  first_chunk_ms: maybe("First audio of the synthesis"),
  synthesised_ms: maybe("End of the synthesis"),
  first_frame_ms: maybe("First audio sent"),
  last_frame_ms: maybe("Last audio sent"),
  audio_ms: value("Audio sent, in ms."),
  outcome: nullable(string("How it ended.")),
};

const utterance: SchemasOf<UtteranceWaterfall> = {
  id: string("The utterance."),
  started_ms: time("Opened"),
  first_audio_ms: maybe("First audio sent"),
  ended_ms: maybe("Ended"),
  outcome: nullable(string("How it ended.")),
  sentences: array("In order.", object(sentence)),
};

const session: SchemasOf<SessionWaterfall> & Fields = {
  status: constant("ok"),
  session: string("The session's id."),
  dialect: string("The protocol that it speaks."),
  ended_ms: maybe("Ended"),
  close: nullable(string("How it ended.")),
  dropped_sentences: count("Sentences left out because there were too many: the oldest."),
  utterances: array("In the order in which they were opened.", object(utterance)),
};

/** With a session. */
export const waterfall = described("What happened when in one session.", object(session));
