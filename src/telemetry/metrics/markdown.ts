/**
 * The catalogue as documentation.
 *
 * @module
 */

import { type Theme, themes } from "./catalogue.ts";
import type { Across, MetricSpec } from "./spec.ts";

/** A table for each theme. */
export function metricsMarkdown(): string {
  return themes.map(section).join("\n\n");
}

function section({ title, metrics }: Theme): string {
  const rows = Object.entries(metrics).map(([name, spec]) => [
    `\`${name}\``,
    spec.type === "unknown" ? "gauge" : spec.type,
    labels(spec),
    meaning(spec),
  ]);
  const header = ["Name", "Type", "Labels", "Meaning"];
  const table = [header, header.map(() => "---"), ...rows];
  return `## ${title}\n\n${table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}`;
}

function labels({ labels }: MetricSpec): string {
  return Object.entries(labels)
    .map(([label, values]) =>
      `\`${label}\`: ${typeof values === "string" ? values : values.join(", ")}`
    )
    .join("; ");
}

function meaning({ help, onlyWith, across }: MetricSpec): string {
  return [help, onlyWith && `Only with ${onlyWith}.`, ACROSS[across]].filter(Boolean).join(" ");
}

/** What is told where the server is several processes; sums go without saying. */
const ACROSS: Readonly<Record<Across, string>> = {
  sum: "",
  max: "Of several processes the greatest.",
  min: "Of several processes the least.",
  mean: "Of several processes the mean.",
  each: "Of several processes each, by the label `process`.",
};
