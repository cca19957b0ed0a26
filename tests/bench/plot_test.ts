/** The pictures of the bench: what an SVG says can be read from its text. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { drawPlot } from "../../bench/plot.ts";
import type { Plot } from "../../bench/report.ts";

const SIMPLE: Plot = {
  name: "simple",
  title: "A simple one",
  x: { label: "sessions" },
  y: { label: "ms" },
  series: [{ name: "only", points: [[0, 0], [50, 20], [100, 100]] }],
};

/** Whether a text is XML of one element, without comments and the like. */
function isWellFormed(xml: string): boolean {
  const token = /<(\/?)([a-z]+)((?: [\w:-]+="[^"<&]*")*)(\/?)>|(?:[^<&]|&(?:amp|lt|quot);)+/gy;
  const open: string[] = [];
  let end = 0;
  for (const { 0: all, 1: isEnd, 2: name, 4: isEmpty, index } of xml.trim().matchAll(token)) {
    if (name === undefined ? open.length === 0 : index > 0 && open.length === 0) return false;
    if (isEnd && open.pop() !== name) return false;
    if (name !== undefined && !isEnd && !isEmpty) open.push(name);
    end = index + all.length;
  }
  return end === xml.trim().length && open.length === 0;
}

/** The middles of all dots. */
function dots(svg: string): [number, number][] {
  return [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map((
    [, x, y],
  ) => [Number(x), Number(y)]);
}

function texts(svg: string): string[] {
  return [...svg.matchAll(/<text [^>]*>([^<]*)</g)].map(([, text]) => text!);
}

/** How many lines have been begun. */
function strokes(svg: string): number {
  return /<path d="([^"]*)"/.exec(svg)![1]!.split("M").length - 1;
}

function withPoints(
  points: readonly (readonly [number, number])[],
  rest: Partial<Plot> = {},
): Plot {
  return { ...SIMPLE, series: [{ name: "only", points }], ...rest };
}

Deno.test("a plot is well-formed XML, whatever its words are", () => {
  const svg = drawPlot({ ...SIMPLE, title: `<p99> & "more"`, x: { label: "a < b" } });
  assert(isWellFormed(svg), svg);
  assert(texts(svg).includes("&lt;p99> &amp; &quot;more&quot;"));
  for (const broken of [svg.replace("</svg>", ""), svg.replace("&amp;", "&"), `${svg}<p/>`]) {
    assert(!isWellFormed(broken));
  }
});

Deno.test("a plot's points lie where their values say", () => {
  const [first, middle, last] = dots(drawPlot(SIMPLE));
  assertAlmostEquals(middle![0], (first![0] + last![0]) / 2, 0.1);
  assertAlmostEquals(first![1] - middle![1], (first![1] - last![1]) * 0.2, 0.1);
  assert(last![1] < first![1], "more is higher");
});

Deno.test("on logarithmic axes equal ratios are equal steps", () => {
  const [a, b, c] = dots(drawPlot(withPoints([[1, 0.1], [10, 1], [100, 10]], {
    x: { label: "x", scale: "log" },
    y: { label: "y", scale: "log" },
  })));
  assertAlmostEquals(b![0] - a![0], c![0] - b![0], 0.2);
  assertAlmostEquals(b![1] - a![1], c![1] - b![1], 0.2);
});

Deno.test("ticks are round numbers around all values", () => {
  const svg = drawPlot(withPoints([[3, 17], [97, 1_234]]));
  assertEquals(texts(svg).filter((text) => /^[\d,.]+$/.test(text)), [
    ...["0", "20", "40", "60", "80", "100"],
    ...["0", "500", "1,000", "1,500"],
  ]);
});

Deno.test("ticks of a logarithmic axis are few, over one decade as over many", () => {
  const y = { label: "y", scale: "log" } as const;
  const ticks = (points: [number, number][]) =>
    texts(drawPlot(withPoints(points, { y, x: { label: "x", scale: "log" } })))
      .filter((text) => /^[\d,.]+$/.test(text));
  assertEquals(ticks([[1, 3], [10, 40]]), ["1", "2", "5", "10", "2", "5", "10", "20", "50"]);
  assertEquals(ticks([[1, 0.001], [10, 1_000]]).slice(4), [
    ...["0.001", "0.01", "0.1", "1", "10", "100", "1,000"],
  ]);
});

Deno.test("what has no place is left out, and the line is broken there", () => {
  const odd = withPoints([[0, 1], [1, NaN], [2, 3], [3, Infinity], [4, 5]]);
  const svg = drawPlot(odd);
  assertEquals(dots(svg).length, 3);
  assertEquals(strokes(svg), 3);
  assert(!svg.includes("NaN") && !svg.includes("Infinity"), svg);
  const zero = drawPlot(withPoints([[1, 0], [2, 1]], { y: { label: "y", scale: "log" } }));
  assertEquals(dots(zero).length, 1);
});

for (
  const [what, points] of Object.entries<[number, number][]>({
    "one point": [[5, 7]],
    "one point at zero": [[0, 0]],
    "one point below zero": [[-3, -2]],
    "the same point twice": [[5, 7], [5, 7]],
  })
) {
  Deno.test(`a plot of ${what} shows it inside its axes`, () => {
    for (const scale of ["linear", "log"] as const) {
      const svg = drawPlot(withPoints(points, { x: { label: "x", scale } }));
      assert(isWellFormed(svg));
      assert(!svg.includes("NaN"), svg);
      const isDrawn = scale === "linear" || points[0]![0] > 0;
      assertEquals(dots(svg).length, isDrawn ? points.length : 0);
      for (const [x, y] of dots(svg)) assert(x >= 76 && x <= 700 && y >= 44 && y <= 344);
    }
  });
}

Deno.test("a plot without a point says so", () => {
  const empty: Plot["series"][] = [
    [],
    [{ name: "none", points: [] }, { name: "odd", points: [[NaN, 1]] }],
  ];
  for (const series of empty) {
    const svg = drawPlot({ ...SIMPLE, series });
    assert(isWellFormed(svg));
    assert(texts(svg).includes("nothing to show"));
    assert(!svg.includes("NaN"), svg);
  }
});

Deno.test("a knee is a line at its x, with its value beside it, and widens the axis if need be", () => {
  const svg = drawPlot({ ...SIMPLE, knee: 50 });
  assertEquals(/<line class="knee" x1="([\d.]+)"/.exec(svg)![1], `${dots(svg)[1]![0]}`);
  assert(texts(svg).includes("50"));
  const beyond = drawPlot({ ...SIMPLE, knee: 180 });
  assert(Number(/<line class="knee" x1="([\d.]+)"/.exec(beyond)![1]) <= 700);
  assert(!drawPlot({ ...SIMPLE, knee: NaN }).includes(`class="knee"`));
});

Deno.test("every series has a colour and a name in the legend", () => {
  const series = ["a", "b", "c"].map((name, index) => ({
    name,
    points: [[index, index]] as const,
  }));
  const svg = drawPlot({ ...SIMPLE, series });
  assertEquals(texts(svg).slice(-3), ["a", "b", "c"]);
  assertEquals(new Set([...svg.matchAll(/stroke="(#\w+)"/g)].map(([, colour]) => colour)).size, 3);
});
