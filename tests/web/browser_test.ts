/**
 * The library in a real browser: what is heard is measured.
 */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { until } from "../helpers/server.ts";
import { hasBrowser, openPage } from "./helpers/browser.ts";
import { LabStage, speechServer } from "./helpers/lab_stage.ts";
import { PageServer } from "./helpers/page_server.ts";
import { ToneBackend, WORD_MS } from "./helpers/tone_backend.ts";

const ignore = !hasBrowser();

/** Half of the tone's period, in s: its first and last samples may be zero. */
const SLACK = 0.002;

/** What a fade adds to the end of a sound, in s. */
const FADE = 0.005;

/** The greatest step of the tone from sample to sample, at 44.1 kHz and with some room. */
const SMOOTH = 0.025;

interface Sound {
  readonly from: number;
  readonly to: number;
}

function durationOf(sounds: readonly Sound[]): number {
  return sounds.reduce((sum, { from, to }) => sum + to - from, 0);
}

Deno.test({
  name: "a page speaks: at once, for as long as it should, without a click or a complaint",
  ignore,
  async fn() {
    await using stage = await LabStage.set();
    const got = await stage.run(`
      const lab = await Lab.open(SERVER);
      const saidAt = lab.context.currentTime;
      const utterance = lab.session.say("One two three. Four five six seven.");
      await lab.sound();
      await lab.listen(300);
      const level = lab.level();
      const heard = await utterance.heard;
      await lab.listen(100);
      return { ...lab.sounds(), saidAt, level, heard, stats: lab.session.stats, events: lab.events };
    `);
    assertEquals(got.sounds.length, 1);
    const [sound] = got.sounds as [Sound];
    assertAlmostEquals(sound.to - sound.from, 7 * WORD_MS / 1_000 + FADE, SLACK);
    assert(sound.from - got.saidAt < 1, `first sound after ${sound.from - got.saidAt} s`);
    assertAlmostEquals(got.level, 0.25 / Math.SQRT2, 0.01);
    assert(got.steepest < SMOOTH, `a step of ${got.steepest}`);
    assertAlmostEquals(got.heard.playedMs, 7 * WORD_MS, 0.1);
    assertEquals(got.heard.outcome, "completed");
    assertEquals(got.stats, { bufferedMs: 0, underruns: 0 });
    const told = got.events.map(({ text }: { text: string }) => text);
    assertEquals(told, [
      "One two three.",
      ...["One", "two", "three."],
      "Four five six seven.",
      ...["Four", "five", "six", "seven."],
    ]);
    assertEquals(stage.open.complaints, []);
  },
});

Deno.test({
  name: "words are told when they are heard",
  ignore,
  async fn() {
    await using stage = await LabStage.set();
    const { sounds, events, latency } = await stage.run(`
      const lab = await Lab.open(SERVER);
      await lab.session.say("One two three four five six.").heard;
      return { ...lab.sounds(), events: lab.events, latency: lab.context.outputLatency };
    `);
    const words = events.filter(({ type }: { type: string }) => type === "word");
    for (const [i, { at }] of words.entries()) {
      const dueAt = sounds[0].from + i * WORD_MS / 1_000 + latency;
      // The machine may be busy; a word must not be told before its time.
      assert(at > dueAt - 0.02 && at < dueAt + 1, `word ${i}, due at ${dueAt}, told at ${at}`);
    }
  },
});

Deno.test({
  name: "a barge-in is silence within 50 ms, and the text that was heard is up to there",
  ignore,
  async fn() {
    await using stage = await LabStage.set();
    const got = await stage.run(`
      const lab = await Lab.open(SERVER);
      const utterance = lab.session.say("One two three four five six seven eight nine ten.");
      await lab.sound();
      await lab.listen(700);
      const at = lab.context.currentTime;
      const { heardText, unheardText, latencyMs } = await lab.session.bargeIn();
      await lab.listen(500);
      const cut = lab.sounds();
      const { playedMs } = await utterance.heard;
      lab.blocks.length = 0;
      await lab.session.say("And on.").heard;
      return { at, heardText, unheardText, latencyMs, cut, playedMs, text: utterance.text, ...lab.sounds() };
    `);
    assertEquals(got.cut.sounds.length, 1);
    const [sound] = got.cut.sounds as [Sound];
    assert(sound.to - got.at < 0.05, `silent ${sound.to - got.at} s after`);
    assert(got.latencyMs > 0 && got.latencyMs < 1_000, `${got.latencyMs} ms`);
    assert(got.cut.steepest < SMOOTH, `a step of ${got.cut.steepest}`);
    // What was heard is what sounded, to the sample.
    assertAlmostEquals(got.playedMs / 1_000, sound.to - sound.from - FADE, SLACK);
    const words = Math.floor(got.playedMs / WORD_MS);
    assertEquals(got.heardText, got.text.split(" ").slice(0, words).join(" "));
    assertEquals(got.heardText + got.unheardText, got.text);
    assertAlmostEquals(durationOf(got.sounds), 2 * WORD_MS / 1_000 + FADE, SLACK);
    assertEquals(stage.open.complaints, []);
  },
});

Deno.test({
  name: "a pause is silence, and what follows it goes on where it was",
  ignore,
  async fn() {
    await using stage = await LabStage.set();
    const got = await stage.run(`
      const lab = await Lab.open(SERVER);
      const utterance = lab.session.say("One two three four five six.");
      await lab.sound();
      await lab.listen(400);
      lab.session.pause();
      await lab.listen(400);
      lab.session.resume();
      const { playedMs } = await utterance.heard;
      await lab.listen(100);
      return { playedMs, ...lab.sounds() };
    `);
    assertEquals(got.sounds.length, 2);
    assertAlmostEquals(durationOf(got.sounds), 6 * WORD_MS / 1_000 + 2 * FADE, 2 * SLACK);
    assert(got.sounds[1].from - got.sounds[0].to > 0.3);
    assert(got.steepest < SMOOTH, `a step of ${got.steepest}`);
    assertAlmostEquals(got.playedMs, 6 * WORD_MS, 0.1);
  },
});

Deno.test({
  name: "every encoding plays on a device of any rate",
  ignore,
  async fn() {
    await using stage = await LabStage.set();
    const cases = [
      { encoding: "mulaw", sampleRate: 8_000 },
      { encoding: "alaw" },
      { encoding: "opus" },
      { encoding: "opus", context: { sampleRate: 16_000 } },
      { sampleRate: 48_000 },
      { sampleRate: 22_050, context: { sampleRate: 96_000 } },
      { context: { sampleRate: 8_000 } },
    ];
    for (const options of cases) {
      const name = JSON.stringify(options);
      const got = await stage.run(`
        const lab = await Lab.open(SERVER, { ...${name}, leadMs: 1_000, bufferMs: 300 });
        const utterance = lab.session.say("One two three four.");
        await lab.sound();
        await lab.listen(300);
        const level = lab.level();
        const { outcome } = await utterance.heard;
        await lab.listen(100);
        const { underruns } = lab.session.stats;
        const { sounds } = lab.sounds();
        await lab.close();
        return { level, outcome, underruns, sounds };
      `);
      assertEquals([got.outcome, got.sounds.length, got.underruns], ["completed", 1, 0], name);
      assertAlmostEquals(durationOf(got.sounds), 4 * WORD_MS / 1_000 + FADE, 2 * SLACK, name);
      assertAlmostEquals(got.level, 0.25 / Math.SQRT2, 0.02, name);
    }
    assertEquals(stage.open.complaints, []);
  },
});

Deno.test({
  name: "a server that dies in the middle is replaced, and every sentence is heard",
  ignore,
  async fn() {
    await using stage = await LabStage.set();
    await stage.run(`
      globalThis.lab = await Lab.open(SERVER, { reconnect: { initialMs: 50, maxMs: 200 } });
      lab.utterance = lab.session.say("One two. Three four five six seven eight nine ten. Eleven.");
      await lab.sound();
      await lab.listen(600);
    `);
    await stage.restart();
    const got = await stage.run(`
      const heard = await lab.utterance.heard;
      await lab.listen(100);
      return { heard, events: lab.events, ...lab.sounds() };
    `);
    assertEquals(got.heard.outcome, "completed");
    assertEquals(got.heard.text, "One two. Three four five six seven eight nine ten. Eleven.");
    const told = (type: string) =>
      got.events.filter((event: { type: string }) => event.type === type)
        .map(({ text }: { text: string }) => text);
    assertEquals(told("state"), ["reconnecting", "open"]);
    assertEquals(told("sentence"), [
      "One two.",
      "Three four five six seven eight nine ten.",
      "Three four five six seven eight nine ten.",
      "Eleven.",
    ]);
    // All eleven words, and what was heard of the sentence before it was cut.
    const cut = durationOf(got.sounds) - 11 * WORD_MS / 1_000;
    assert(cut > 0 && cut < 8 * WORD_MS / 1_000, `${cut} s were heard twice`);
    assert(got.steepest < SMOOTH, `a step of ${got.steepest}`);
  },
});

Deno.test({
  name: "a browser that wants a click first is told, and nothing is lost until then",
  ignore,
  async fn() {
    // Nothing may be evaluated in this page before the click: that counts as one.
    await using pages = new PageServer();
    const speech = speechServer(new ToneBackend(), 0);
    const address = `ws://127.0.0.1:${speech.address.port}`;
    try {
      await using open = await openPage(`${pages.url}#${address}`);
      await until(() => open.log.length > 0, "the session to be opened");
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      assertEquals(open.log, ["opened: blocked"]);
      await open.page.mouse.click(50, 50);
      await until(() => open.log.length > 2, "the text to be heard");
      assertEquals(open.log.slice(1), ["audio: running", "heard: completed, 1 sounds"]);
      assertAlmostEquals(
        await open.page.evaluate(
          "lab.sounds().sounds.map(({ from, to }) => to - from)[0]",
        ) as number,
        7 * WORD_MS / 1_000 + FADE,
        2 * SLACK,
      );
      assertEquals(open.complaints, []);
    } finally {
      await speech.stop(0);
    }
  },
});
