/**
 * How the console looks: screenshots for people, and what a machine can say of it.
 */

import { assert, assertEquals } from "@std/assert";
import { AUTOPLAY, hasBrowser } from "../helpers/browser.ts";
import { ConsoleStage, flite } from "./stage.ts";

/** Where the screenshots are kept; a folder that is removed again if absent. */
const KEPT = Deno.env.get("SYRINX_SCREENSHOTS");

const SIZES = [[360, 740], [768, 1024], [1440, 1000]] as const;
const SCHEMES = ["light", "dark"] as const;

Deno.test({
  name: "the console is readable to everybody in light and dark, and fits from 360 to 1440 px",
  ignore: !hasBrowser(),
  async fn() {
    const folder = KEPT ?? await Deno.makeTempDir();
    const backend = await flite();
    try {
      await using stage = await ConsoleStage.set(backend, [AUTOPLAY]);
      const { page } = stage;
      await stage.state("Ready");
      // An interrupted utterance and one that is being heard, so that there is something to see.
      await page.click("#speak");
      await stage.until(`document.querySelector("#transcript mark") !== null && level() > 0.01`);
      await page.waitForTimeout(1_500);
      await page.keyboard.press("Escape");
      await stage.until(`document.querySelector("#transcript del") !== null`);
      await page.click("text=Story");
      await page.locator("#stream").check();
      await page.click("#speak");
      await stage.until(`document.querySelector("#transcript mark") !== null`);
      await page.waitForTimeout(2_500);
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme });
        for (const [width, height] of SIZES) {
          await page.setViewportSize({ width, height });
          await page.evaluate("new Promise(requestAnimationFrame)");
          const path = `${folder}/console-${width}-${colorScheme}.png`;
          await page.screenshot({ path, fullPage: true });
          assert((await Deno.stat(path)).size > 10_000);
          const overflow = await page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth",
          );
          assertEquals(overflow, 0, `it is too wide for ${width} px`);
        }
        assertEquals(await stage.violations(), [], colorScheme);
      }
      assertEquals(stage.open.complaints, []);
    } finally {
      await backend.close();
      if (KEPT === undefined) await Deno.remove(folder, { recursive: true });
    }
  },
});
