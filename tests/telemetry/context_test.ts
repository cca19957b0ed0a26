import { assertEquals, assertMatch } from "@std/assert";
import { systemClock } from "../../src/lib/clock.ts";
import {
  currentContext,
  inContext,
  requestContext,
  RequestIds,
  withoutContext,
} from "../../src/telemetry/context.ts";

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

Deno.test("a request's context has the names of log lines, and adds to the one around it", () => {
  const seen = requestContext(
    { sessionId: "s", attempt: 1 },
    () => requestContext({ requestId: "r", utteranceId: "u", attempt: 2 }, () => currentContext()),
  );
  assertEquals(seen, { session_id: "s", request_id: "r", utterance_id: "u", attempt: 2 });
  assertEquals(currentContext(), undefined);
});

Deno.test("a context that replaces takes nothing over", () => {
  const seen = requestContext(
    { sessionId: "s", requestId: "r" },
    () => inContext({ session_id: "t" }, () => currentContext()),
  );
  assertEquals(seen, { session_id: "t" });
});

Deno.test("work that goes on later keeps the context in which it was started", async () => {
  const seen: unknown[] = [];
  const note = () => seen.push(currentContext()?.session_id);
  const work = async (sessionId: string) => {
    await requestContext({ sessionId }, async () => {
      await pause();
      note();
      await new Promise<void>((resolve) => systemClock.after(1, resolve));
      note();
      queueMicrotask(note);
      await Promise.resolve();
    });
  };
  await Promise.all([work("a"), work("b")]);
  assertEquals(seen.toSorted(), ["a", "a", "a", "b", "b", "b"]);
});

Deno.test("a shared clock's timers are nobody's", async () => {
  const shared = withoutContext(systemClock);
  const seen: unknown[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  requestContext({ sessionId: "a" }, () => {
    shared.after(1, () => seen.push(currentContext()));
    const cancel = shared.every(1, () => {
      seen.push(currentContext());
      cancel();
      resolve();
    });
    systemClock.after(1, () => seen.push(currentContext()?.session_id));
  });
  await promise;
  await pause();
  assertEquals(seen.toSorted(), ["a", undefined, undefined]);
});

Deno.test("request ids are short, and no two are equal", () => {
  const [one, other] = [new RequestIds(), new RequestIds()];
  const ids = Array.from({ length: 1_000 }, () => [one.next(), other.next()]).flat();
  assertEquals(new Set(ids).size, 2_000);
  for (const id of ids) assertMatch(id, /^[0-9a-z]{1,7}-[0-9a-z]{1,3}$/);
});
