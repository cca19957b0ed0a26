/**
 * Which of the two text formats of metrics a client prefers.
 *
 * @module
 */

/** Versions of OpenMetrics that what is served satisfies. */
const VERSIONS = [undefined, "0.0.1", "1.0.0"];

interface MediaRange {
  readonly type: string;
  readonly version: string | undefined;
  readonly quality: number;
}

/**
 * True when an `Accept` header names OpenMetrics and likes it at least as well as plain text;
 * who does not name it gets the older format, which everyone reads.
 */
export function prefersOpenMetrics(accept: string | null): boolean {
  const ranges = (accept ?? "").split(",").map(parseRange);
  const openMetrics = ranges.filter(({ type, version }) =>
    type === "application/openmetrics-text" && VERSIONS.includes(version)
  );
  const quality = bestOf(openMetrics);
  return quality > 0 && quality >= plainTextQuality(ranges);
}

function plainTextQuality(ranges: readonly MediaRange[]): number {
  // The most specific range decides.
  for (const type of ["text/plain", "text/*", "*/*"]) {
    const matching = ranges.filter((range) => range.type === type);
    if (matching.length > 0) return bestOf(matching);
  }
  return 0;
}

function bestOf(ranges: readonly MediaRange[]): number {
  return Math.max(0, ...ranges.map(({ quality }) => quality));
}

function parseRange(range: string): MediaRange {
  const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
  const named = new Map(parameters.map((parameter) => {
    const [name = "", value = ""] = parameter.split("=", 2);
    return [name.trim(), value.trim().replaceAll('"', "")];
  }));
  const quality = named.has("q") ? Number(named.get("q")) : 1;
  return { type, version: named.get("version"), quality: Number.isNaN(quality) ? 0 : quality };
}
