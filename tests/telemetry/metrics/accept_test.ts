import { assertEquals } from "@std/assert";
import { prefersOpenMetrics } from "../../../src/telemetry/metrics/accept.ts";

const CASES: readonly [string | null, boolean][] = [
  [null, false],
  ["", false],
  ["*/*", false],
  ["text/plain", false],
  ["application/json", false],
  ["application/*", false],
  ["application/openmetrics-text", true],
  ["Application/OpenMetrics-Text; Version=1.0.0; Charset=utf-8", true],
  ['application/openmetrics-text; version="1.0.0"', true],
  ["application/openmetrics-text; version=0.0.1", true],
  ["application/openmetrics-text; version=9.0.0", false],
  ["application/openmetrics-text; q=0", false],
  ["application/openmetrics-text; q=much", false],
  ["application/openmetrics-text, */*", true],
  ["text/plain, application/openmetrics-text", true],
  ["text/plain; q=0.9, application/openmetrics-text; q=0.5", false],
  ["text/plain; q=0.5, application/openmetrics-text; q=0.9", true],
  ["text/*; q=0.8, application/openmetrics-text; q=0.7", false],
  ["text/plain; q=0.1, text/*; q=0.8, application/openmetrics-text; q=0.7", true],
  // What Prometheus sends, by version.
  [
    "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;" +
    "version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    true,
  ],
  [
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5," +
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    true,
  ],
  ["text/plain;version=0.0.4;q=0.5,*/*;q=0.1", false],
];

Deno.test("OpenMetrics is for who names it and likes it at least as well as text", () => {
  for (const [accept, expected] of CASES) {
    assertEquals(prefersOpenMetrics(accept), expected, `${accept}`);
  }
});
