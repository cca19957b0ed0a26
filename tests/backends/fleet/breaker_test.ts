import { assertEquals } from "@std/assert";
import { Breaker, type BreakerState } from "../../../src/backends/fleet/breaker.ts";
import { FakeClock, settle } from "../../helpers/fake_clock.ts";

const ERROR = new Error("no");

function create(random = 0.5) {
  const clock = new FakeClock();
  const states: BreakerState[] = [];
  const probes: PromiseWithResolvers<void>[] = [];
  const breaker = new Breaker({
    clock,
    failures: 3,
    ratio: 0.5,
    openMs: 500,
    maxOpenMs: 3_000,
    random: () => random,
    probe: (signal) => {
      const probe = Promise.withResolvers<void>();
      probes.push(probe);
      signal.addEventListener("abort", () => probe.reject(signal.reason), { once: true });
      return probe.promise;
    },
    onChange: (state) => void states.push(state),
  });
  return { clock, states, probes, breaker };
}

async function fail(breaker: Breaker, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await breaker.failed(ERROR);
}

Deno.test("a breaker opens after failures in a row, of which a success makes nothing", async () => {
  const { breaker, states } = create();
  await fail(breaker, 2);
  await breaker.succeeded();
  await fail(breaker, 2);
  assertEquals(breaker.state, "closed");
  await breaker.failed(ERROR);
  assertEquals(breaker.state, "open");
  assertEquals(states, ["open"]);
  breaker.close();
});

Deno.test("a breaker opens when more than its part of the last syntheses failed", async () => {
  const { breaker } = create();
  for (let i = 0; i < 4; i++) {
    await breaker.succeeded();
    await fail(breaker, i === 3 ? 1 : 2);
  }
  // 4 and 7: more than half of 11, but never three in a row.
  assertEquals(breaker.state, "open");
  breaker.close();
});

Deno.test("an open breaker is closed by a probe, and by nothing else", async () => {
  const { clock, breaker, probes, states } = create();
  await fail(breaker, 3);
  await breaker.succeeded();
  await fail(breaker, 5);
  clock.advance(499);
  assertEquals([probes.length, breaker.state], [0, "open"]);
  clock.advance(1);
  assertEquals([probes.length, breaker.state], [1, "half_open"]);
  await breaker.succeeded();
  await fail(breaker, 5);
  clock.advance(60_000);
  assertEquals([probes.length, breaker.state], [1, "half_open"]);
  probes[0]!.resolve();
  await settle();
  assertEquals(states, ["open", "half_open", "closed"]);
  // It counts from the beginning.
  await fail(breaker, 2);
  assertEquals(breaker.state, "closed");
  assertEquals(clock.pending, 0);
});

Deno.test("probes that fail come later and later", async () => {
  const { clock, breaker, probes } = create();
  await fail(breaker, 3);
  for (const [index, ms] of [500, 1_000, 2_000, 3_000, 3_000].entries()) {
    clock.advance(ms - 1);
    assertEquals(probes.length, index);
    clock.advance(1);
    assertEquals(probes.length, index + 1);
    probes[index]!.reject(ERROR);
    await settle();
    assertEquals(breaker.state, "open");
  }
  breaker.close();
  assertEquals(clock.pending, 0);
});

Deno.test("probing goes on as late where a member answers probes and fails all else", async () => {
  const { clock, breaker, probes } = create();
  for (const [index, ms] of [500, 1_000, 2_000].entries()) {
    await fail(breaker, 3);
    clock.advance(ms - 1);
    assertEquals(probes.length, index);
    clock.advance(1);
    probes[index]!.resolve();
    await settle();
    assertEquals(breaker.state, "closed");
  }
  await breaker.succeeded();
  await fail(breaker, 3);
  clock.advance(500);
  assertEquals(probes.length, 4);
  breaker.close();
});

Deno.test("a sign of life brings the probe forward, once", async () => {
  const { clock, breaker, probes } = create();
  breaker.probeNow();
  assertEquals(probes.length, 0);
  await fail(breaker, 3);
  breaker.probeNow();
  breaker.probeNow();
  assertEquals([probes.length, clock.pending], [1, 0]);
  probes[0]!.resolve();
  await settle();
  assertEquals(breaker.state, "closed");
});

Deno.test("probes of many servers are spread", async () => {
  for (const [random, ms] of [[0, 400], [1, 600]] as const) {
    const { clock, breaker, probes } = create(random);
    await fail(breaker, 3);
    clock.advance(ms - 1);
    assertEquals(probes.length, 0);
    clock.advance(1);
    assertEquals(probes.length, 1);
    breaker.close();
  }
});

Deno.test("a breaker that is closed down stops its probe and begins no other", async () => {
  const { clock, breaker, probes, states } = create();
  await fail(breaker, 3);
  clock.advance(500);
  breaker.close();
  await settle();
  assertEquals([probes.length, clock.pending], [1, 0]);
  assertEquals(states, ["open", "half_open"]);
});
