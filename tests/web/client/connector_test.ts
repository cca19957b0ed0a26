import { assert, assertEquals } from "@std/assert";
import { Connector, maxPauseMs } from "../../../src/web/client/connector.ts";
import type { Link } from "../../../src/web/client/link.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";

/** A connector whose first `failures` attempts fail. */
function searching(failures: number, options: { attempts?: number; random?: number } = {}) {
  const clock = new FakeClock(0);
  const dialledAt: number[] = [];
  const links: Link[] = [];
  const givenUp: unknown[] = [];
  const link = { close: () => links.push(link) } as unknown as Link;
  const connector = new Connector({
    clock,
    dial: () => {
      dialledAt.push(clock.now());
      return dialledAt.length > failures ? Promise.resolve(link) : Promise.reject("nobody");
    },
    onLink: (link) => links.push(link),
    onGiveUp: (error) => givenUp.push(error),
    random: () => options.random ?? 0.999999,
    initialMs: 100,
    maxMs: 1_000,
    attempts: options.attempts ?? 20,
  });
  return { clock, connector, dialledAt, links, givenUp };
}

Deno.test("pauses double up to their limit, and the limit holds for any number of attempts", () => {
  const pauses = [0, 1, 2, 3, 4, 5, 2_000].map((attempt) =>
    maxPauseMs(attempt, { initialMs: 100, maxMs: 1_000 })
  );
  assertEquals(pauses, [100, 200, 400, 800, 1_000, 1_000, 1_000]);
});

Deno.test("it tries after longer and longer pauses, until it finds one", async () => {
  const { clock, connector, dialledAt, links } = searching(4);
  connector.start();
  connector.start();
  await clock.advanceAsync(10_000);
  assertEquals(dialledAt.map(Math.round), [100, 300, 700, 1_500, 2_500]);
  assertEquals(links.length, 1);
});

Deno.test("a pause is a random part of the longest one", async () => {
  const { clock, connector, dialledAt } = searching(2, { random: 0.25 });
  connector.start();
  await clock.advanceAsync(10_000);
  assertEquals(dialledAt, [25, 75, 175]);
});

Deno.test("only a connection that was of use shortens the next pauses", async () => {
  const { clock, connector, dialledAt } = searching(0);
  for (let loss = 0; loss < 3; loss++) {
    connector.start();
    await clock.advanceAsync(1_000);
  }
  connector.reset();
  connector.start();
  await clock.advanceAsync(1_000);
  assertEquals(dialledAt.map((at) => Math.round(at % 1_000)), [100, 200, 400, 100]);
});

Deno.test("after as many attempts as there may be it gives up, with the last error", async () => {
  const { clock, connector, dialledAt, givenUp } = searching(9, { attempts: 3 });
  connector.start();
  await clock.advanceAsync(10_000);
  assertEquals([dialledAt.length, givenUp], [3, ["nobody"]]);
  const never = searching(9, { attempts: 0 });
  never.connector.start();
  await never.clock.advanceAsync(10_000);
  assertEquals([never.dialledAt.length, never.givenUp.length], [0, 1]);
});

Deno.test("a connection that is found after the end is closed", async () => {
  const { clock, connector, links } = searching(0);
  connector.start();
  await clock.advanceAsync(99);
  connector.stop();
  await clock.advanceAsync(1_000);
  assertEquals([links.length, clock.pending], [0, 0]);
  assert(clock.now() > 1_000);
});
