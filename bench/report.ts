/**
 * What a part of the bench has found, and how it is shown.
 *
 * @module
 */

/** One line of a table. */
export type Row = Record<string, string | number>;

/** A part's result: rows for people, and whether its goal is met. */
export interface Report {
  readonly title: string;
  readonly rows: readonly Row[];
  /** What was to be shown, and whether it was. */
  readonly goals: readonly { readonly goal: string; readonly isMet: boolean }[];
}

/** The value below which `share` (0 to 1) of the values lie; nearest rank. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]!;
}

/** Two digits after the point. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Prints a report as a table. */
export function print(report: Report): void {
  console.log(`\n${report.title}`);
  const columns = [...new Set(report.rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...report.rows.map((row) => columns.map((name) => `${row[name] ?? ""}`))];
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  for (const row of cells) {
    console.log(
      "  " + row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd(),
    );
  }
  for (const { goal, isMet } of report.goals) console.log(`  ${isMet ? "met" : "MISSED"}: ${goal}`);
}
