/**
 * Interrupting by voice, in a real browser with a file for a microphone.
 */

import { assert, assertEquals } from "@std/assert";
import { wavHeader } from "../../../src/lib/pcm/wav.ts";
import { hasBrowser } from "../helpers/browser.ts";
import { ToneBackend } from "../helpers/tone_backend.ts";
import { inRoom, noise, vowel } from "../voice/signals.ts";
import { speech } from "../voice/speech.ts";
import { ConsoleStage } from "./stage.ts";

const ignore = !hasBrowser();

const RATE = 16_000;

/** Twelve seconds. */
const LONG = "One two three four five six seven eight nine ten eleven twelve. ".repeat(5);

/** The console with a microphone that hears these samples, once. */
async function stageWith(samples: Float32Array): Promise<ConsoleStage> {
  const file = await Deno.makeTempFile({ suffix: ".wav" });
  const pcm = Int16Array.from(samples, (sample) => Math.max(-1, Math.min(1, sample)) * 0x7fff);
  const bytes = new Uint8Array(pcm.buffer);
  const header = wavHeader("pcm_s16le", RATE, bytes.length);
  await Deno.writeFile(file, new Uint8Array([...header, ...bytes]));
  return ConsoleStage.set(new ToneBackend(), [
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-audio-capture=${file}%noloop`,
  ]);
}

/** Speaks, then turns the microphone on; keeps what the page says of the voice, and its level. */
async function listenWhileSpeaking({ page }: ConsoleStage) {
  await page.fill("#text", LONG);
  await page.click("#speak");
  await page.evaluate(`
    globalThis.voiceStates = [];
    globalThis.loudest = 0;
    new MutationObserver(() => voiceStates.push(document.querySelector("#voice-state").textContent))
      .observe(document.querySelector("#voice-state"), { childList: true });
    setInterval(() => {
      const share = Number(document.querySelector("#meter").style.getPropertyValue("--level"));
      loudest = Math.max(loudest, share);
    }, 20);
  `);
  await page.locator("#microphone").check();
}

Deno.test({
  name: "a listener who speaks interrupts",
  ignore,
  async fn() {
    const voice = await speech("Excuse me, could you please stop for a moment?");
    await using stage = await stageWith(inRoom(RATE, 1_500, voice, 1_000));
    await stage.state("Ready");
    await listenWhileSpeaking(stage);
    await stage.until(`document.querySelector("#transcript del") !== null`);
    await stage.until("level() === 0");
    await stage.state("Ready");
    const states = await stage.page.evaluate("voiceStates") as string[];
    assert(states.includes("Is that speech?"), states.join(", "));
    assert(states.includes("You are speaking"), states.join(", "));
    assertEquals(await stage.text("#outcome"), "Interrupted.");
    assert(/ms/.test(await stage.text("#barge-in")));
    assertEquals(stage.open.complaints, []);
  },
});

Deno.test({
  name: "a noise of 100 ms does not",
  ignore,
  async fn() {
    const burst = noise(100, RATE, 0.7);
    await using stage = await stageWith(inRoom(RATE, 1_500, burst, 1_000));
    await stage.state("Ready");
    await listenWhileSpeaking(stage);
    await stage.until("loudest > 0.5");
    await stage.page.waitForTimeout(1_500);
    const states = await stage.page.evaluate("voiceStates") as string[];
    assert(!states.includes("You are speaking"), states.join(", "));
    assertEquals(await stage.text("#state"), "Speaking");
    await stage.until("level() > 0.02");
    assertEquals(await stage.page.locator("#transcript del").count(), 0);
    assertEquals(stage.open.complaints, []);
  },
});

Deno.test({
  name: "what only sounds like speech makes a pause, after which it goes on where it was",
  ignore,
  async fn() {
    await using stage = await stageWith(inRoom(RATE, 1_500, vowel(130, RATE, 0.6), 1_000));
    await stage.state("Ready");
    await listenWhileSpeaking(stage);
    await stage.until(`voiceStates.includes("Is that speech?")`);
    await stage.until(`voiceStates.includes("Listening: that was a noise")`);
    await stage.until("level() > 0.02");
    await stage.state("Speaking");
    assertEquals(await stage.page.locator("#transcript del").count(), 0);
    assertEquals(stage.open.complaints, []);
  },
});
