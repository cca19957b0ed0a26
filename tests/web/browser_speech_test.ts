/**
 * The library in a real browser, for as long as a listener listens: in a file of its own, so that the
 * other files of tests need not wait for it.
 */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createEmbeddedBackend, systemClock } from "../../src/mod.ts";
import { hasBrowser } from "./helpers/browser.ts";
import { LabStage } from "./helpers/lab_stage.ts";

Deno.test({
  name: "thirty seconds of real speech have no underrun and their right length",
  ignore: !hasBrowser(),
  async fn() {
    const backend = await createEmbeddedBackend({
      engine: "flite",
      threads: 1,
      clock: systemClock,
    });
    try {
      await using stage = await LabStage.set(backend);
      const got = await stage.run(`
        const lab = await Lab.open(SERVER, { leadMs: 2_000 });
        let sentMs = 0;
        lab.session.on("message", ({ message }) => {
          if (message.type === "utterance_ended") sentMs = message.duration_ms;
        });
        const sentence = "The quick brown fox jumps over the lazy dog, and then it rests for a while. ";
        const utterance = lab.session.say(sentence.repeat(8));
        await lab.sound();
        const startedAt = lab.context.currentTime;
        const { outcome, playedMs } = await utterance.heard;
        const tookMs = (lab.context.currentTime - startedAt) * 1000;
        return { outcome, playedMs, tookMs, sentMs, stats: lab.session.stats };
      `);
      assertEquals([got.outcome, got.stats.underruns], ["completed", 0]);
      assert(got.sentMs > 30_000, `only ${got.sentMs} ms`);
      assertAlmostEquals(got.playedMs, got.sentMs, 1);
      assertAlmostEquals(got.tookMs / got.sentMs, 1, 0.02);
    } finally {
      await backend.close();
    }
  },
});
