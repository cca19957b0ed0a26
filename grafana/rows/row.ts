import type { PanelSource } from "../panels.ts";

/** Panels that answer one question. */
export interface Row {
  /** The question; absent for what stands on top without a heading. */
  readonly title?: string;
  /** From left to right, line by line: each line fills the 24 columns. */
  readonly panels: readonly PanelSource[];
  /** Closed until the reader opens it: for parts that not every server has. */
  readonly collapsed?: boolean;
}

/** A third of the width. */
export const THIRD = { width: 8, height: 8 };

/** A quarter of the width. */
export const QUARTER = { width: 6, height: 8 };
