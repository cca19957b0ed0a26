/**
 * The console in a real browser, used as a person would: what is heard is measured in the page.
 */

import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { AUTOPLAY, hasBrowser } from "../helpers/browser.ts";
import { ToneBackend, WORD_MS } from "../helpers/tone_backend.ts";
import { ConsoleStage } from "./stage.ts";

const ignore = !hasBrowser();

const KEY = "a-key-of-sixteen-characters";

/** The level of the tone, and what counts as sound. */
const TONE = 0.25 / Math.SQRT2;
const SOUND = 0.02;

/** Ten words: two seconds. */
const TEN = "One two three four five six seven eight nine ten.";

/** Samples the level in the page until it was silent for a while; times are of the audio's clock. */
const MEASURE = `
  globalThis.measure = async (quietMs = 400) => {
    const { context } = probes[0];
    let from, to, peak = 0;
    const startedAt = performance.now();
    while (performance.now() - startedAt < 15000) {
      const now = context.currentTime;
      if (level() > ${SOUND}) { from ??= now; to = now; peak = Math.max(peak, level()); }
      else if (to !== undefined && (now - to) * 1000 > quietMs) break;
      await new Promise((done) => setTimeout(done, 2));
    }
    return { from, to, peak };
  };
`;

/** Much audio is sent ahead, so that a busy machine does not count. */
function stageOf() {
  return ConsoleStage.set(new ToneBackend(), [AUTOPLAY], { leadMs: 2_000 }, MEASURE);
}

Deno.test({
  name: "a click on Speak is heard within a second, to its end, and the words light up",
  ignore,
  async fn() {
    await using stage = await stageOf();
    const { page } = stage;
    await stage.state("Ready");
    assertEquals(await page.locator("#voice option").allInnerTexts(), ["tone – a tone, en-US"]);
    await page.fill("#text", TEN);
    const measured = page.evaluate("measure()");
    const clickedAt = await page.evaluate("probes[0].context.currentTime") as number;
    await page.click("#speak");
    await stage.until(`document.querySelector("#transcript mark")?.textContent === "five"`);
    assertEquals(
      await page.locator("#transcript .utterance > span").textContent(),
      "One two three four ",
    );
    const { from, to, peak } = await measured as { from: number; to: number; peak: number };
    assert(from - clickedAt < 1, `first sound after ${from - clickedAt} s`);
    assertAlmostEquals(to - from, 10 * WORD_MS / 1_000, 0.1);
    assertAlmostEquals(peak, TONE, 0.03);
    await stage.state("Ready");
    assertEquals(await stage.text("#transcript"), TEN);
    assertEquals(await stage.text("#outcome"), "Heard to its end.");
    assertEquals(await stage.text("#underruns"), "0");
    assertStringIncludes(await stage.text("#first-audio"), "ms");
    // The waterfall has the sentence, with the server's times; the log has the protocol.
    await stage.until(`/ms/.test(document.querySelector("#waterfall td.number").textContent)`);
    assertEquals(await page.locator("#waterfall tbody th").allInnerTexts(), [TEN]);
    assertEquals(
      await page.locator("#waterfall .track i").evaluateAll((bars) =>
        bars.map((bar) => (bar as unknown as { dataset: { bar: string } }).dataset.bar)
      ),
      ["queued", "synthesising", "playing", "first"],
    );
    await stage.until(`document.querySelector("#log li[data-type=utterance_ended]") !== null`);
    await stage.until(`document.querySelector(".plot .now").textContent === "1"`);
    assertEquals(await page.evaluate("shifts"), [], "the page jumped");
    assertEquals(stage.open.complaints, []);
  },
});

Deno.test({
  name: "Escape is silence within 50 ms, and what was not heard is struck through",
  ignore,
  async fn() {
    await using stage = await stageOf();
    const { page } = stage;
    await stage.state("Ready");
    await page.fill("#text", TEN);
    await page.evaluate("document.activeElement.blur()");
    await page.keyboard.press("Space");
    await stage.until(`document.querySelector("#transcript mark")?.textContent === "four"`);
    const measured = page.evaluate(
      `measure().then(({ from, to }) => ({ from, to, at: escapeAt }))`,
    );
    await page.evaluate(`document.addEventListener("keydown", () => {
      globalThis.escapeAt = probes[0].context.currentTime;
    }, { capture: true })`);
    await page.keyboard.press("Escape");
    const { to, at } = await measured as { to: number; at: number };
    assert(to - at < 0.05, `silent ${to - at} s after the key`);
    await stage.state("Ready");
    const heard = await page.locator("#transcript .utterance > span").first().textContent();
    const cut = await page.locator("#transcript del").textContent();
    assertEquals(heard! + cut!, TEN);
    assert(heard!.split(" ").length >= 3, `heard: ${heard}`);
    // As many words as were played whole, to the position that the client told the server.
    const message = await page.locator("#log li[data-type=barge_in]").last().innerText();
    const { played_ms } = JSON.parse(message.slice(message.indexOf("{")));
    assertEquals(heard!.trim().split(" ").length, Math.floor(played_ms / WORD_MS));
    assertStringIncludes(await stage.text("#barge-in"), "ms");
    assertEquals(await stage.text("#outcome"), "Interrupted.");
    assertEquals(stage.open.complaints, []);
  },
});

Deno.test({
  name: "text streams in like a model writes it, in every encoding, and can be paused",
  ignore,
  async fn() {
    await using stage = await stageOf();
    const { page } = stage;
    await stage.state("Ready");
    await page.locator("#stream").check();
    await page.locator("#rate").fill("100");
    for (const encoding of ["opus", "mulaw"]) {
      await page.locator("#encoding").selectOption(encoding);
      await stage.until(
        `[...document.querySelectorAll("#log li[data-type=session_started]")].at(-1)
          ?.textContent.includes('"${encoding}"')`,
      );
      await stage.state("Ready");
      await page.fill("#text", "One two three. Four five.");
      const measured = page.evaluate("measure(700)");
      await page.click("#speak");
      const { from, to, peak } = await measured as { from: number; to: number; peak: number };
      // The codec's own start and end, and the pause between the two sentences, are some more.
      assertAlmostEquals(to - from, 5 * WORD_MS / 1_000, 0.3, encoding);
      assertAlmostEquals(peak, TONE, 0.05, encoding);
      await stage.state("Ready");
    }
    await page.fill("#text", TEN);
    await page.click("#speak");
    await stage.until(`level() > ${SOUND}`);
    await page.click("#pause");
    await stage.state("Paused");
    await stage.until(`level() < ${SOUND}`);
    await page.click("#pause");
    await stage.until(`level() > ${SOUND}`);
    await stage.state("Ready");
    assertEquals((await stage.text("#transcript")).endsWith(TEN), true);
    assertEquals(stage.open.complaints, []);
  },
});

Deno.test({
  name: "a server that is killed in the middle is told of, and every sentence is heard",
  ignore,
  async fn() {
    await using stage = await ConsoleStage.set(new ToneBackend(), [AUTOPLAY]);
    const { page } = stage;
    await stage.state("Ready");
    await page.fill("#text", "One two. Three four five six seven eight nine ten. Eleven twelve.");
    await page.evaluate(`
      globalThis.states = [];
      new MutationObserver(() => states.push(document.querySelector("#state").textContent))
        .observe(document.querySelector("#state"), { childList: true });
    `);
    await page.click("#speak");
    await stage.until(`document.querySelector("#transcript mark")?.textContent === "four"`);
    await stage.restart();
    await stage.state("Ready");
    await stage.until(`document.querySelector("#outcome").textContent === "Heard to its end."`);
    const states = await page.evaluate("[...new Set(states)]") as string[];
    assert(states.includes("Reconnecting…"), states.join(", "));
    assertEquals(
      await stage.text("#transcript"),
      "One two. Three four five six seven eight nine ten. Eleven twelve.",
    );
    assertEquals(await page.locator("#waterfall tbody th").allInnerTexts(), [
      "One two.",
      "Three four five six seven eight nine ten.",
      "Eleven twelve.",
    ]);
  },
});

Deno.test({
  name: "a browser that holds the sound back gets a button for it",
  ignore,
  async fn() {
    // A click by a script is none of a person's: the browser does not let it be heard. Nothing may be
    // evaluated before the real click, since that counts as one.
    const press = `addEventListener("load", () => {
      const timer = setInterval(() => {
        if (document.querySelector("#state").textContent !== "Ready") return;
        clearInterval(timer);
        document.querySelector("#speak").click();
        setTimeout(() => console.log(document.querySelector("#notice").innerText), 1000);
      }, 50);
    });`;
    await using stage = await ConsoleStage.set(new ToneBackend(), [], {}, press);
    const { page } = stage;
    const deadline = performance.now() + 15_000;
    const isTold = () => stage.open.log.some((line) => line.includes("Turn the sound on"));
    while (!isTold() && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert(isTold(), stage.open.log.join("; "));
    await page.click("#notice-action");
    await stage.until(`level() > ${SOUND}`);
    assertEquals(await page.locator("#notice").isVisible(), false);
    assertEquals(stage.open.complaints, []);
  },
});

Deno.test({
  name: "a server with keys is spoken with after a key was given, and keeps its figures to admins",
  ignore,
  async fn() {
    await using stage = await ConsoleStage.set(new ToneBackend(), [AUTOPLAY], {
      apiKeys: [KEY],
      adminKeys: [`${KEY}-of-an-admin`],
    });
    const { page } = stage;
    await page.waitForSelector("#key");
    assertStringIncludes(await stage.text("#notice"), "asks for a key");
    assertEquals(await stage.violations(), []);
    await page.fill("#key", "some-other-key-of-nobody");
    await page.click("#notice button[type=submit]");
    await stage.until(`document.querySelector("#notice p").textContent.includes("not know")`);
    await page.fill("#key", KEY);
    await page.click("#notice button[type=submit]");
    await stage.state("Ready");
    await stage.until(`document.querySelectorAll("#voice option").length === 1`);
    await page.click("#speak");
    await stage.until(`level() > ${SOUND}`);
    assertStringIncludes(await stage.text("#server-note"), "Not shown here");
    // What became of its own sentences is for whoever says them.
    await stage.until(`/ms/.test(document.querySelector("#waterfall td.number")?.textContent)`);
    // There is no microphone: that is said, and the switch goes back.
    await page.locator("#microphone").click();
    await stage.until(`document.querySelector("#voice-state").textContent.startsWith("Off: ")`);
    assertEquals(await page.locator("#microphone").isChecked(), false);
  },
});
