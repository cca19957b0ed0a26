/**
 * The metrics of what is said: utterances, sentences, barge-ins, promises and playout.
 *
 * @module
 */

import { counter, gauge, histogram, type LabelSpecs } from "../spec.ts";

// deno-fmt-ignore
const FIRST_AUDIO_S = [
  0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30, 60, 600,
];

// deno-fmt-ignore
const BARGE_IN_S = [
  0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1, 5, 60,
];

const DISCARDED_S = [0, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600];

const GAP_S = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600];

const LATENESS_S = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 10, 60, 600];

const SLA: LabelSpecs = { sla: ["barge_in", "first_audio", "synthesis"] };

/** Who was late with what the listener was waiting for. */
const CAUSE: LabelSpecs = { cause: ["text", "server"] };

/** By name. */
export const speechMetrics = {
  utterances_total: counter("Utterances that ended.", {
    labels: { outcome: ["completed", "interrupted", "failed"] },
  }),
  sentences_total: counter("Sentences that ended; an unspeakable one has nothing to be spoken.", {
    labels: { outcome: ["completed", "failed", "interrupted", "unspeakable"] },
  }),
  characters_total: counter(
    "Characters of text of the utterances that ended, as the clients sent them.",
  ),
  time_to_first_audio_seconds: histogram(
    "Time from an utterance's first text to its first audio's being sent, in seconds.",
    FIRST_AUDIO_S,
  ),
  barge_in_total: counter("Barge-ins carried out."),
  barge_in_latency_seconds: histogram(
    "Time from a barge-in's arrival to its report, in seconds.",
    BARGE_IN_S,
  ),
  barge_in_discarded_audio_seconds: histogram(
    "Audio of a barge-in that had been sent and was not heard, in seconds.",
    DISCARDED_S,
  ),
  sla_violations_total: counter(
    "Barge-ins, first audios and completed syntheses that took longer than promised.",
    { labels: SLA },
  ),
  sla_compliance_percent: gauge(
    "Share of the last 1,000 that kept the promise, 0 to 100; absent before the first.",
    { labels: SLA, across: "mean" },
  ),
  audio_sent_seconds_total: counter("Audio handed to clients, in seconds of audio."),
  playout_underruns_total: counter(
    "Times a listener ran out of audio inside an utterance because the client's text (text) " +
      "or the server's audio (server) came late.",
    { labels: CAUSE },
  ),
  playout_gap_seconds: histogram(
    "Time that a listener was without audio inside an utterance, in seconds.",
    GAP_S,
    { labels: CAUSE },
  ),
  playout_lateness_seconds: histogram(
    "Time from when a message of audio was to leave, by the pace, to its leaving, in seconds.",
    LATENESS_S,
  ),
};
