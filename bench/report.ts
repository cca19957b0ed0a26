/**
 * What a part of the bench has found, and how it is shown.
 *
 * @module
 */

/** One line of a table. */
export type Row = Record<string, string | number>;

/** How a part is to be run. */
export interface BenchOptions {
  /** Seconds instead of minutes: for a look, or for a machine that is not alone. */
  readonly short: boolean;
}

/** What was to be shown, and whether it was. */
export interface Goal {
  readonly goal: string;
  readonly isMet: boolean;
  /** What was measured. */
  readonly value?: number;
  /** Missed by so much that no noise explains it: a short run fails for this and nothing else. */
  readonly isFarOff?: boolean;
}

/** One axis of a plot. */
export interface Axis {
  /** What it shows, with the unit. */
  readonly label: string;
  /** @default {"linear"} */
  readonly scale?: "linear" | "log";
}

/** What is drawn in one colour. */
export interface Series {
  readonly name: string;
  /** In the order in which they are joined: x and y. */
  readonly points: readonly (readonly [number, number])[];
}

/** A picture of what was found: `docs/plots/PART-NAME.svg`. */
export interface Plot {
  /** Tells it from the part's others: small letters, digits and hyphens. */
  readonly name: string;
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** The x from which on things are different: a vertical line. */
  readonly knee?: number;
}

/** A part's result: rows for people, and whether its goals are met. */
export interface Report {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly goals: readonly Goal[];
  /** How it was measured, for who reads the table later. */
  readonly method?: string;
  /** Where a curve says more than a table. */
  readonly plots?: readonly Plot[];
}

/** Options of {@linkcode judge}: one of `atLeast` and `atMost`. */
export interface GoalOptions {
  /** What is measured. */
  readonly name: string;
  readonly value: number;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** What a short run must still reach; without it, a short run never fails for this goal. */
  readonly wideMargin?: number;
}

/** Holds a measured value against its goal. */
export function judge(options: GoalOptions): Goal {
  const { name, value, atLeast = -Infinity, atMost = Infinity, wideMargin } = options;
  const isFloor = options.atLeast !== undefined;
  const rounded = Math.round(value * 1e4) / 1e4;
  return {
    goal: `${name}: ${rounded}, ${isFloor ? `at least ${atLeast}` : `at most ${atMost}`}`,
    // Written so that NaN meets nothing.
    isMet: value >= atLeast && value <= atMost,
    value,
    isFarOff: wideMargin !== undefined && !(isFloor ? value >= wideMargin : value <= wideMargin),
  };
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

/** Median, least and greatest of repeated runs, as cells of a row. */
export function spread(values: readonly number[]): Row {
  return {
    median: round(quantile(values, 0.5)),
    min: round(quantile(values, 0)),
    max: round(quantile(values, 1)),
  };
}

/** How times in ms are spread, as cells of a row. */
export function quantilesMs(values: readonly number[]): Row {
  return {
    "median ms": round(quantile(values, 0.5)),
    "p95 ms": round(quantile(values, 0.95)),
    "p99 ms": round(quantile(values, 0.99)),
    "max ms": round(quantile(values, 1)),
  };
}

/** A report's table: the names of its columns, then a line of cells for each row. */
export function tableOf(report: Report): string[][] {
  const columns = [...new Set(report.rows.flatMap((row) => Object.keys(row)))];
  return [columns, ...report.rows.map((row) => columns.map((name) => `${row[name] ?? ""}`))];
}

/** Prints a report as a table. */
export function print(report: Report): void {
  console.log(`\n${report.title}`);
  const cells = tableOf(report);
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  for (const row of cells) {
    console.log(
      "  " + row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd(),
    );
  }
  for (const { goal, isMet } of report.goals) console.log(`  ${isMet ? "met" : "MISSED"}: ${goal}`);
}
