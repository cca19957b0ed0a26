/**
 * The latencies that are told everywhere, and what is promised about them.
 *
 * @module
 */

import { Latency, type LatencyView } from "./latency.ts";
import type { MetricSet } from "./metric_set.ts";
import { Sla } from "./sla.ts";

/** What is promised, as longest times in ms. */
export interface SlaTargets {
  readonly bargeInMs: number;
  readonly firstAudioMs: number;
  readonly synthesisMs: number;
}

/** The latencies of a server. */
export interface Latencies {
  readonly synthesis: Latency;
  readonly queueWait: Latency;
  readonly firstAudio: Latency;
  readonly bargeIn: Latency;
}

/** The latencies as those see them who only ask. */
export type LatencyViews = { readonly [Name in keyof Latencies]: LatencyView };

/** Makes them. */
export function createLatencies(metrics: MetricSet, targets: SlaTargets): Latencies {
  const violations = metrics.value("sla_violations_total");
  const sla = (name: string, targetMs: number) => new Sla(targetMs, violations.cell({ sla: name }));
  return {
    synthesis: new Latency(
      metrics.distribution("synthesis_latency_seconds").cell(),
      sla("synthesis", targets.synthesisMs),
    ),
    queueWait: new Latency(metrics.distribution("queue_wait_seconds").cell()),
    firstAudio: new Latency(
      metrics.distribution("time_to_first_audio_seconds").cell(),
      sla("first_audio", targets.firstAudioMs),
    ),
    bargeIn: new Latency(
      metrics.distribution("barge_in_latency_seconds").cell(),
      sla("barge_in", targets.bargeInMs),
    ),
  };
}

/** Writes how well the promises were kept; of one that nothing was asked of yet there is nothing. */
export function setComplianceGauges(metrics: MetricSet, latencies: LatencyViews): void {
  const { synthesis, firstAudio, bargeIn } = latencies;
  const family = metrics.value("sla_compliance_percent");
  const named = { synthesis, first_audio: firstAudio, barge_in: bargeIn };
  for (const [sla, latency] of Object.entries(named)) {
    const percent = latency.sla?.compliancePercent ?? null;
    if (percent !== null) family.cell({ sla }).set(percent);
  }
}
