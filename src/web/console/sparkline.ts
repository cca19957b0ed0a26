/**
 * A small plot of the last minute.
 *
 * @module
 */

const SVG = "http://www.w3.org/2000/svg";

/** Values that are kept: one a second. */
const LENGTH = 60;

/** Size of the drawing's own units. */
const WIDTH = 100;
const HEIGHT = 30;

/** A plot of one or more lines over the same axis. */
export class Sparkline {
  readonly root = document.createElementNS(SVG, "svg");
  readonly #paths: SVGPathElement[];
  readonly #values: (number | null)[][];

  constructor(lines: number) {
    this.root.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    this.root.setAttribute("preserveAspectRatio", "none");
    this.root.setAttribute("aria-hidden", "true");
    this.#values = Array.from({ length: lines }, () => []);
    this.#paths = this.#values.map((_, line) => {
      const path = document.createElementNS(SVG, "path");
      path.dataset.line = String(line);
      return path;
    });
    // The first line is the most important one, and lies on top.
    this.root.append(...this.#paths.toReversed());
  }

  /** Adds one value to each line; null where there is none. */
  push(values: readonly (number | null)[]): void {
    for (const [line, kept] of this.#values.entries()) {
      kept.push(values[line] ?? null);
      if (kept.length > LENGTH) kept.shift();
    }
    const top = Math.max(1, ...this.#values.flat().map((value) => value ?? 0));
    for (const [line, path] of this.#paths.entries()) {
      path.setAttribute("d", pathOf(this.#values[line]!, top));
    }
  }
}

/** The newest value is at the right edge; a gap is where there is no value. */
export function pathOf(values: readonly (number | null)[], top: number): string {
  let path = "";
  let isDrawing = false;
  for (const [i, value] of values.entries()) {
    if (value !== null) {
      const x = (LENGTH - values.length + i) * WIDTH / (LENGTH - 1);
      const y = HEIGHT - 1 - value / top * (HEIGHT - 2);
      path += `${isDrawing ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    }
    isDrawing = value !== null;
  }
  return path;
}
