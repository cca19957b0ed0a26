/**
 * Every metric there is, declared once: what is measured and what is documented come from here.
 *
 * @module
 */

import { backendMetrics } from "./catalogue/backends.ts";
import { cacheMetrics } from "./catalogue/cache.ts";
import { processMetrics } from "./catalogue/processes.ts";
import { engineMetrics, serverMetrics } from "./catalogue/server.ts";
import { sessionMetrics } from "./catalogue/sessions.ts";
import { speechMetrics } from "./catalogue/speech.ts";
import { synthesisMetrics } from "./catalogue/synthesis.ts";
import type { MetricSpec, MetricType } from "./spec.ts";

/** By name. */
export const catalogue = {
  ...synthesisMetrics,
  ...speechMetrics,
  ...sessionMetrics,
  ...serverMetrics,
  ...engineMetrics,
  ...backendMetrics,
  ...cacheMetrics,
  ...processMetrics,
};

/** Metrics that are read together. */
export interface Theme {
  readonly title: string;
  readonly metrics: Readonly<Record<string, MetricSpec>>;
}

/** The catalogue in the order in which it is documented. */
export const themes: readonly Theme[] = [
  { title: "Synthesis and workers", metrics: synthesisMetrics },
  { title: "Speech and promises", metrics: speechMetrics },
  { title: "Sessions and messages", metrics: sessionMetrics },
  { title: "Server", metrics: serverMetrics },
  { title: "Engine threads", metrics: engineMetrics },
  { title: "Backends", metrics: backendMetrics },
  { title: "Cache of sentences", metrics: cacheMetrics },
  { title: "Processes", metrics: processMetrics },
];

/** Names of the metrics of some types. */
export type MetricName<T extends MetricType = MetricType> = {
  [Name in keyof typeof catalogue]: (typeof catalogue)[Name] extends MetricSpec<T> ? Name : never;
}[keyof typeof catalogue];
