import { assertEquals } from "@std/assert";
import fc from "../../helpers/fast_check.ts";
import { Sla } from "../../../src/telemetry/metrics/sla.ts";
import { Cell } from "../../../src/telemetry/metrics/values.ts";
import { Harness } from "./harness.ts";

Deno.test("compliance is the share of the last 1,000 that kept the promise", () => {
  const durations = fc.array(fc.integer({ min: 45, max: 55 }), { maxLength: 1_500, size: "max" });
  fc.assert(
    fc.property(durations, (durations) => {
      const violations = new Cell({});
      const sla = new Sla(50, violations);
      for (const ms of durations) sla.note(ms);
      const last = durations.slice(-1_000);
      const kept = last.filter((ms) => ms <= 50).length;
      assertEquals(sla.compliancePercent, last.length === 0 ? null : 100 * kept / last.length);
      assertEquals(violations.value, durations.filter((ms) => ms > 50).length);
    }),
    { numRuns: 30 },
  );
});

Deno.test("each promise is measured against its own target", async () => {
  const harness = new Harness();
  const bargeIn = (latencyMs: number) =>
    harness.record({
      type: "barge_in",
      sessionId: "s1",
      latencyMs,
      discardedMs: 0,
      utterances: 1,
    });
  const compliance = (sla: string) => `sla_compliance_percent{sla="${sla}"}`;
  bargeIn(50);
  bargeIn(50.1);
  bargeIn(3);
  bargeIn(4);
  harness.synthesise("completed", { durationMs: 301 });
  harness.synthesise("failed", { durationMs: 9_000 });
  harness.synthesise("cancelled", { durationMs: 9_000 });
  assertEquals(
    await harness.read(
      'sla_violations_total{sla="barge_in"}',
      'sla_violations_total{sla="synthesis"}',
      'sla_violations_total{sla="first_audio"}',
      compliance("barge_in"),
      compliance("synthesis"),
      compliance("first_audio"),
    ),
    [1, 1, 0, 75, 0, undefined],
  );
  harness.begin();
  harness.record({ type: "first_audio", sessionId: "s1", utteranceId: "u1", afterMs: 500 });
  assertEquals(await harness.read(compliance("first_audio")), [100]);
  const { metrics } = harness.metrics.summary();
  assertEquals(metrics.sla_violations, 2);
  assertEquals(metrics.sla_compliance_percent, { barge_in: 75, first_audio: 100, synthesis: 0 });
});
