/**
 * A plot as a small SVG that needs nothing beside itself, and is read on light and on dark pages.
 *
 * @module
 */

import type { Axis, Plot } from "./report.ts";

/** Where the curves are, in the units of the picture. */
const AREA = { left: 76, top: 44, right: 700, bottom: 344 } as const;
const WIDTH = 720;
const LEGEND_TOP = AREA.bottom + 66;
const LEGEND_LINE = 20;

/** Okabe and Ito's colours, which the colour-blind can tell apart; those that show on both pages. */
const COLOURS = ["#0081c8", "#d55e00", "#009e73", "#cc79a7", "#b58900", "#8a7fd6", "#7f7f7f"];

/** The page goes with the reader's colours, not with whatever the picture is laid on. */
const STYLE = `
  .page { fill: #fff } text { fill: #24292f; font: 13px system-ui, sans-serif }
  .grid { stroke: #d8dee4 } .axis { stroke: #57606a } .title { font-weight: 600; font-size: 15px }
  .knee { stroke: #57606a; stroke-dasharray: 5 4 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } text { fill: #e6edf3 }
    .grid { stroke: #30363d } .axis, .knee { stroke: #9198a1 }
  }
`;

/** A range of values on a line of the picture. */
interface Scale {
  readonly ticks: readonly number[];
  /** Where a value is; NaN for one that has no place on such an axis. */
  at(value: number): number;
}

/** Draws it. What has no place on the axes (NaN, 0 on a logarithmic one) is left out, as a gap. */
export function drawPlot({ title, x, y, series, knee }: Plot): string {
  const points = series.flatMap((one) => one.points)
    .filter(([px, py]) => hasPlace(x, px) && hasPlace(y, py));
  const marks = knee !== undefined && hasPlace(x, knee) ? [knee] : [];
  const across = scaleOf(x, [...points.map(([px]) => px), ...marks], [AREA.left, AREA.right]);
  const zero = y.scale === "log" || points.length === 0 ? [] : [0];
  const up = scaleOf(y, [...zero, ...points.map(([, py]) => py)], [AREA.bottom, AREA.top]);
  const height = LEGEND_TOP + series.length * LEGEND_LINE;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="page" width="${WIDTH}" height="${height}" rx="6"/>`,
    textAt({ x: AREA.left, y: 26, text: title, className: "title" }),
    ...axisAcross(x, across),
    ...axisUp(y, up),
    ...marks.map((mark) => kneeAt(mark, across.at(mark))),
    ...series.flatMap((one, index) => [
      ...curve(one.points.map(([px, py]) => [across.at(px), up.at(py)]), colourOf(index)),
      ...legend(one.name, index),
    ]),
    ...(points.length === 0 ? [nothing()] : []),
    `</svg>\n`,
  ].join("\n");
}

function hasPlace({ scale }: Axis, value: number): boolean {
  return Number.isFinite(value) && (scale !== "log" || value > 0);
}

function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length]!;
}

/** An axis from a round number to a round number around the values. */
function scaleOf(axis: Axis, values: readonly number[], ends: readonly [number, number]): Scale {
  const isLog = axis.scale === "log";
  const some = values.length > 0 ? values : [1];
  const range = [Math.min(...some), Math.max(...some)] as const;
  const ticks = isLog ? logTicks(...range) : linearTicks(...range);
  const place = isLog ? Math.log10 : (value: number) => value;
  const [from, to] = [place(ticks[0]!), place(ticks.at(-1)!)];
  return {
    ticks,
    at: (value) =>
      hasPlace(axis, value)
        ? ends[0] + (ends[1] - ends[0]) * (place(value) - from) / (to - from)
        : NaN,
  };
}

/** About six steps of 1, 2 or 5 times a power of ten. */
function linearTicks(least: number, most: number): number[] {
  const span = most > least ? most - least : Math.abs(most) || 1;
  const power = 10 ** Math.floor(Math.log10(span / 5));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= span / 6)! * power;
  const first = Math.floor(least / step);
  const last = Math.max(Math.ceil(most / step), first + 1);
  return Array.from({ length: last - first + 1 }, (_, index) => tidy((first + index) * step));
}

/** Powers of ten; with 2 and 5 times those where there are few. */
function logTicks(least: number, most: number): number[] {
  const first = Math.floor(Math.log10(least));
  const last = Math.max(Math.ceil(Math.log10(most)), first + 1);
  const powers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  if (powers.length > 4) return powers.map((power) => tidy(10 ** power));
  const all = powers.flatMap((power) => [1, 2, 5].map((factor) => tidy(factor * 10 ** power)));
  const from = all.findLastIndex((tick) => tick <= least);
  const to = all.findIndex((tick) => tick >= most);
  return all.slice(from, Math.max(to, from + 1) + 1);
}

/** Without the rest that binary fractions leave. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

function axisAcross({ label }: Axis, { ticks, at }: Scale): string[] {
  const { left, right, top, bottom } = AREA;
  return [
    ...ticks.flatMap((tick) => [
      line("grid", [at(tick), top], [at(tick), bottom]),
      textAt({ x: at(tick), y: bottom + 20, text: told(tick), anchor: "middle" }),
    ]),
    line("axis", [left, bottom], [right, bottom]),
    textAt({ x: (left + right) / 2, y: bottom + 42, text: label, anchor: "middle" }),
  ];
}

function axisUp({ label }: Axis, { ticks, at }: Scale): string[] {
  const { left, right, top, bottom } = AREA;
  const middle = (top + bottom) / 2;
  return [
    ...ticks.flatMap((tick) => [
      line("grid", [left, at(tick)], [right, at(tick)]),
      textAt({ x: left - 8, y: at(tick) + 4, text: told(tick), anchor: "end" }),
    ]),
    line("axis", [left, top], [left, bottom]),
    `<g transform="translate(18 ${middle}) rotate(-90)">` +
    `${textAt({ x: 0, y: 0, text: label, anchor: "middle" })}</g>`,
  ];
}

/** The line of neighbours, broken where a point has no place, and a dot for each. */
function curve(places: readonly (readonly [number, number])[], colour: string): string[] {
  let path = "";
  const dots: string[] = [];
  let isDown = false;
  for (const [x, y] of places) {
    const isThere = !Number.isNaN(x) && !Number.isNaN(y);
    if (isThere) {
      path += `${isDown ? "L" : "M"}${short(x)} ${short(y)}`;
      dots.push(`<circle cx="${short(x)}" cy="${short(y)}" r="3" fill="${colour}"/>`);
    }
    isDown = isThere;
  }
  if (path === "") return [];
  return [`<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`, ...dots];
}

function legend(name: string, index: number): string[] {
  const y = LEGEND_TOP + index * LEGEND_LINE;
  return [
    `<rect x="${AREA.left}" y="${y - 7}" width="22" height="4" fill="${colourOf(index)}"/>`,
    textAt({ x: AREA.left + 30, y, text: name }),
  ];
}

function kneeAt(value: number, x: number): string {
  // The words stay inside the picture.
  const isRight = x > (AREA.left + AREA.right) / 2;
  return line("knee", [x, AREA.top], [x, AREA.bottom]) + textAt({
    x: x + (isRight ? -6 : 6),
    y: AREA.top + 14,
    text: told(value),
    anchor: isRight ? "end" : "start",
  });
}

function nothing(): string {
  const [x, y] = [(AREA.left + AREA.right) / 2, (AREA.top + AREA.bottom) / 2];
  return textAt({ x, y, text: "nothing to show", anchor: "middle" });
}

function line(
  className: string,
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
): string {
  return `<line class="${className}" x1="${short(x1)}" y1="${short(y1)}" ` +
    `x2="${short(x2)}" y2="${short(y2)}"/>`;
}

function textAt({ x, y, text, anchor, className }: {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** @default {"start"} */
  readonly anchor?: "start" | "middle" | "end";
  readonly className?: string;
}): string {
  const looks = [
    ...(anchor === undefined ? [] : [`text-anchor="${anchor}"`]),
    ...(className === undefined ? [] : [`class="${className}"`]),
  ];
  return `<text ${[`x="${short(x)}"`, `y="${short(y)}"`, ...looks].join(" ")}>${
    escape(text)
  }</text>`;
}

/** A tenth of a unit is less than anyone sees. */
function short(value: number): number {
  return Math.round(value * 10) / 10;
}

function told(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 6 });
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
