/**
 * Counters and gauges: numbers that are written in place, so that counting an event costs next to
 * nothing, and read when somebody asks.
 *
 * @module
 */

import type { MetricSpec } from "./spec.ts";

/** The values of a metric's labels. */
export type LabelValues = Readonly<Record<string, string>>;

/** One number of a metric. */
export class Cell {
  readonly labels: LabelValues;
  #value = 0;

  constructor(labels: LabelValues) {
    this.labels = labels;
  }

  get value(): number {
    return this.#value;
  }

  /** Adds what is positive and finite; anything else changes nothing. */
  add(amount = 1): void {
    if (amount > 0 && amount < Infinity) this.#value += amount;
  }

  /** Replaces the number; what is negative or no number counts as 0. */
  set(value: number): void {
    this.#value = value > 0 && value < Infinity ? value : 0;
  }

  /** Replaces the number, unless it would become smaller. */
  raise(value: number): void {
    if (value > this.#value && value < Infinity) this.#value = value;
  }
}

/** The cells of one metric by their labels. `C` is what a cell is. */
export class Family<C extends { readonly labels: LabelValues }> {
  readonly name: string;
  readonly spec: MetricSpec;
  readonly #create: (labels: LabelValues) => C;
  readonly #cells = new Map<string, C>();

  constructor(name: string, spec: MetricSpec, create: (labels: LabelValues) => C) {
    this.name = name;
    this.spec = spec;
    this.#create = create;
  }

  /** The cell of these labels; all that the metric has must be given. It is made when first asked. */
  cell(labels: LabelValues = {}): C {
    const key = JSON.stringify(Object.keys(this.spec.labels).map((label) => labels[label]));
    let cell = this.#cells.get(key);
    if (cell === undefined) this.#cells.set(key, cell = this.#create(labels));
    return cell;
  }

  /** Forgets the cells whose labels are not to be kept. */
  retain(isKept: (labels: LabelValues) => boolean): void {
    for (const [key, cell] of this.#cells) if (!isKept(cell.labels)) this.#cells.delete(key);
  }

  /** All cells, in the order in which they were made. */
  get cells(): C[] {
    return [...this.#cells.values()];
  }
}
