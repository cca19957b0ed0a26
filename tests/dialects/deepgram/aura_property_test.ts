/** Whatever a client of Aura sends, and whenever: every flush and every clear is answered once. */

import { assertEquals } from "@std/assert";
import { AuraDialect } from "../../../src/dialects/deepgram/aura.ts";
import { streamChannel } from "../../../src/dialects/deepgram/channel.ts";
import fc from "../../helpers/fast_check.ts";
import { Stage, type Told } from "./stage.ts";

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("One two. ", "three ", "Fail. ", "...") },
    { weight: 3, arbitrary: fc.constant("Flush" as const) },
    { weight: 1, arbitrary: fc.constant("Clear" as const) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 2_000 }) },
  ),
  { maxLength: 30 },
);

function countOf(type: string, told: readonly Told[]): number {
  return told.filter((message) => message.type === type).length;
}

Deno.test("whatever a client of Aura does, flushes that are not cleared are told, in order", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const wanted = { voice: "one", speed: undefined, encoding: "linear16" } as const;
      const stage = new Stage({
        dialect: new AuraDialect({ name: "one", version: "1", uuid: "u" }),
        channel: streamChannel({ ...wanted, sampleRate: 16_000 }, 300),
      });
      const told: Told[] = [];
      let flushes = 0;
      let clears = 0;
      for (const step of steps) {
        if (typeof step === "number") told.push(...await stage.after(step));
        else if (step === "Flush" || step === "Clear") stage.send({ type: step });
        else stage.send({ type: "Speak", text: step });
        told.push(...stage.news());
        if (step === "Flush") flushes++;
        if (step !== "Clear") continue;
        clears++;
        // What was cleared is not told any more.
        flushes = countOf("Flushed", told);
      }
      stage.send({ type: "Close" });
      told.push(...await stage.after(120_000));
      assertEquals([countOf("Flushed", told), countOf("Cleared", told)], [flushes, clears]);
      const ids = told.flatMap(({ sequence_id }) => sequence_id ?? []);
      assertEquals(ids, Array.from(ids.keys()));
      assertEquals(stage.closed, 1000);
      await stage.stop();
    }),
    { numRuns: 200 },
  );
});
