import { assert, assertEquals } from "@std/assert";
import fc from "../helpers/fast_check.ts";
import { SlidingQuantiles } from "../../src/lib/quantiles.ts";

const QUANTILES = [0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 1];

/** The smallest value that a share of `q` do not exceed. */
function exact(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length - 1e-9) - 1)]!;
}

function assertClose(values: readonly number[], quantiles: SlidingQuantiles, now: number): void {
  for (const q of QUANTILES) {
    const expected = exact(values, q);
    const told = quantiles.quantile(q, now)!;
    assert(
      Math.abs(told - expected) <= 0.01 * expected,
      `quantile ${q} of ${values.length} values: ${told}, exactly ${expected}`,
    );
  }
}

Deno.test("quantiles are within 1 % of the exact ones, whatever the values", () => {
  // From 1 us to a few hours, as even over the orders of magnitude as over the values.
  const value = fc.oneof(
    fc.double({ min: -3, max: 7, noNaN: true }).map((power) => 10 ** power),
    fc.double({ min: 0.001, max: 1_000, noNaN: true }),
    fc.constantFrom(0, 0.001, 1, 50, 300, 1e7),
  );
  fc.assert(fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), (values) => {
    const quantiles = new SlidingQuantiles();
    for (const each of values) quantiles.add(each, 1_000);
    assertClose(values, quantiles, 1_000);
  }));
});

Deno.test("quantiles are of the last five minutes, to ten seconds", () => {
  const arrival = fc.record({
    afterMs: fc.nat(40_000),
    value: fc.double({ min: 0.01, max: 1e5, noNaN: true }),
  });
  fc.assert(fc.property(fc.array(arrival, { minLength: 1, maxLength: 100 }), (arrivals) => {
    const quantiles = new SlidingQuantiles();
    const seen: { at: number; value: number }[] = [];
    let now = 123_456;
    for (const { afterMs, value } of arrivals) {
      now += afterMs;
      quantiles.add(value, now);
      seen.push({ at: now, value });
      // The window begins where a slot of ten seconds begins.
      const from = Math.floor(now / 10_000) * 10_000 - 290_000;
      const inside = seen.filter(({ at }) => at >= from).map(({ value }) => value);
      assertEquals(quantiles.count(now), inside.length);
      assertClose(inside, quantiles, now);
    }
  }));
});

Deno.test("without values there is no quantile, and old values leave", () => {
  const quantiles = new SlidingQuantiles();
  assertEquals(quantiles.quantile(0.5, 0), null);
  quantiles.add(20, 0);
  quantiles.add(NaN, 0);
  assertEquals([quantiles.count(299_999), quantiles.count(300_000)], [1, 0]);
  assertEquals(quantiles.quantile(0.5, 300_000), null);
  quantiles.add(40, 10_000_000);
  assertEquals(quantiles.count(10_000_000), 1);
});

Deno.test("values beyond the range count as its ends", () => {
  const quantiles = new SlidingQuantiles({ min: 1, max: 1_000 });
  for (const value of [-5, 0, 0.5]) quantiles.add(value, 0);
  for (const value of [2_000, Infinity]) quantiles.add(value, 0);
  assertEquals(quantiles.quantile(0.5, 0), 0);
  const largest = quantiles.quantile(1, 0)!;
  assert(Math.abs(largest - 1_000) <= 10, `${largest}`);
});
