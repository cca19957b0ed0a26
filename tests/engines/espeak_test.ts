import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import type { Engine } from "../../src/engines/engine.ts";
import type { EspeakEvent } from "../../src/engines/espeak/library.ts";
import { espeakEngine, INSTALL_COMMAND } from "../../src/engines/espeak/mod.ts";
import { WordTracker } from "../../src/engines/espeak/word_tracker.ts";
import { assertWordsFit, collect } from "./collect.ts";

function event(type: EspeakEvent["type"], position: number, atMs: number): EspeakEvent {
  return { type, text_position: position, audio_position: atMs };
}

Deno.test("espeak that is not installed says what installs it", async () => {
  const error = await assertRejects(() => espeakEngine("no-such-package").prepare(), Error);
  assert(error.message.includes(INSTALL_COMMAND), error.message);
});

Deno.test("WordTracker escapes what SSML gives a meaning", () => {
  assertEquals(new WordTracker("a <b> & c").ssml, "a &lt;b&gt; &amp; c");
});

Deno.test("WordTracker ends a word where the next begins, or where a pause does", () => {
  const tracker = new WordTracker("One, two three");
  assertEquals(tracker.follow([event("word", 1, 0), event("phoneme", 1, 20)]), []);
  // The pause's phone stands behind the comma.
  assertEquals(tracker.follow([event("phoneme", 5, 300), event("word", 6, 450)]), [
    { start: 0, end: 4, startMs: 0, endMs: 300 },
  ]);
  assertEquals(tracker.follow([event("word", 10, 700)]), [
    { start: 5, end: 8, startMs: 450, endMs: 700 },
  ]);
  assertEquals(tracker.finish(1000), [{ start: 9, end: 14, startMs: 700, endMs: 1000 }]);
});

Deno.test("WordTracker counts characters, not UTF-16 units, and entities as written", () => {
  const tracker = new WordTracker("😀 & ok");
  const words = tracker.follow([
    event("word", 1, 10),
    event("word", 3, 20),
    event("word", 9, 30),
  ]);
  assertEquals([...words, ...tracker.finish(40)], [
    { start: 0, end: 2, startMs: 10, endMs: 20 },
    { start: 3, end: 4, startMs: 20, endMs: 30 },
    { start: 5, end: 7, startMs: 30, endMs: 40 },
  ]);
});

Deno.test("WordTracker takes the parts of one word for one word", () => {
  const tracker = new WordTracker("1,250 x");
  const words = tracker.follow([event("word", 1, 0), event("word", 3, 50), event("word", 7, 90)]);
  assertEquals(words, [{ start: 0, end: 5, startMs: 0, endMs: 90 }]);
});

Deno.test("WordTracker gives words that are not heard no length", () => {
  const tracker = new WordTracker("... a - b");
  const words = tracker.follow([event("word", 5, 10), event("word", 9, 60)]);
  assertEquals([...words, ...tracker.finish(100)], [
    { start: 0, end: 3, startMs: 0, endMs: 0 },
    { start: 4, end: 5, startMs: 10, endMs: 60 },
    { start: 6, end: 7, startMs: 60, endMs: 60 },
    { start: 8, end: 9, startMs: 60, endMs: 100 },
  ]);
});

/**
 * Installs the package, which is no dependency, outside the checkout.
 *
 * @returns its URL; undefined if it cannot be had or may not be installed.
 */
async function installEspeak(): Promise<{ url: string; remove: () => void } | undefined> {
  for (const name of ["read", "write", "run"] as const) {
    if ((await Deno.permissions.query({ name })).state !== "granted") return;
  }
  const folder = Deno.makeTempDirSync({ prefix: "syrinx-espeak-" });
  const remove = () => Deno.removeSync(folder, { recursive: true });
  Deno.writeTextFileSync(`${folder}/deno.json`, `{ "nodeModulesDir": "auto" }`);
  const args = INSTALL_COMMAND.split(" ").slice(INSTALL_COMMAND.split(" ").indexOf("add"));
  const output = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: folder,
    signal: AbortSignal.timeout(60_000),
    stdout: "null",
    stderr: "null",
  }).output();
  const file = `${folder}/node_modules/@echogarden/espeak-ng-emscripten/espeak-ng.js`;
  if (output.success) return { url: new URL(file, import.meta.url).href, remove };
  remove();
}

Deno.test("the real espeak", async (t) => {
  const installed = await installEspeak();
  if (installed === undefined) {
    await t.step({ name: "(espeak cannot be installed here)", ignore: true, fn: () => {} });
    return;
  }
  try {
    const module = espeakEngine(installed.url);
    await testEspeak(t, await module.start(await module.prepare()));
  } finally {
    installed.remove();
  }
});

async function testEspeak(t: Deno.TestContext, engine: Engine): Promise<void> {
  const text = 'Hello there, how are you today? It is 1,250 <b>bold</b> & "quoted" — 😀 ok.';

  await t.step("has its American voice first, and many more, all with names of their own", () => {
    assertEquals(engine.voices[0]!.id, "en-US");
    assert(engine.voices.length > 100);
    assertEquals(new Set(engine.voices.map((voice) => voice.id)).size, engine.voices.length);
  });

  await t.step("streams audio and words", async () => {
    const spoken = await collect(engine, { text });
    assert(spoken.durationMs > 3_000 && spoken.durationMs < 15_000, `${spoken.durationMs} ms`);
    assert(spoken.chunks > 20, `${spoken.chunks} chunks`);
    assertWordsFit(text, spoken);
  });

  await t.step("speaks twice as fast in half the time", async () => {
    const normal = await collect(engine, { text });
    const fast = await collect(engine, { text, speed: 2 });
    assertAlmostEquals(fast.durationMs / normal.durationMs, 0.5, 0.1);
    assertWordsFit(text, fast);
  });

  await t.step("speaks markup and options as text", async () => {
    for (const odd of ["-h", "<speak>", "&amp;", "a\u0000b", '"', "..."]) {
      assertWordsFit(odd, await collect(engine, { text: odd }));
    }
    const tag = await collect(engine, { text: "a <break time='5s'/> b" });
    assert(tag.durationMs < 5_000, "it obeyed the tag");
  });

  await t.step("speaks other languages", async () => {
    const german = "Guten Tag, wie geht es Ihnen?";
    assertWordsFit(german, await collect(engine, { text: german, voice: "de" }));
  });

  await t.step("stops when it is cancelled, and speaks again", async () => {
    let chunks = 0;
    await engine.synthesize(
      { text, voice: "en-US", speed: 1 },
      () => chunks++,
      () => chunks >= 2,
    );
    assertEquals(chunks, 2);
    assert((await collect(engine, { text: "Again." })).durationMs > 200);
  });
}
