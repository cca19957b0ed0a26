import { assert, assertEquals } from "@std/assert";
import type { FromListener, VoiceSettings } from "../../../src/web/voice/messages.ts";
import { SpeechDetector } from "../../../src/web/voice/speech_detector.ts";
import { inRoom, noise, vowel } from "./signals.ts";
import { speech } from "./speech.ts";

const RATE = 48_000;

/** Samples that a browser gives at once. */
const BLOCK = 128;

const SETTINGS: VoiceSettings = { sensitivity: 0.5, minSpeechMs: 250 };

/** The states that a sound leads to, and when, in ms from its start. */
function statesOf(samples: Float32Array, settings: VoiceSettings = SETTINGS, rate = RATE) {
  const states: { readonly state: string; readonly at: number }[] = [];
  let at = 0;
  const detector = new SpeechDetector(rate, settings, (message: FromListener) => {
    if (message.type === "state") states.push({ state: message.state, at });
  });
  for (let i = 0; i < samples.length; i += BLOCK) {
    detector.push(samples.subarray(i, i + BLOCK));
    at = (i + BLOCK) * 1_000 / rate;
  }
  return states;
}

function namesOf(samples: Float32Array, settings?: VoiceSettings, rate?: number): string[] {
  return statesOf(samples, settings, rate).map(({ state }) => state);
}

Deno.test("speech is suspected within 100 ms, and known after the shortest speech", () => {
  const states = statesOf(inRoom(RATE, 1_000, vowel(600, RATE, 0.2), 1_000));
  assertEquals(states.map(({ state }) => state), ["suspected", "speaking", "quiet"]);
  const [suspected, speaking, quiet] = states.map(({ at }) => at - 1_000);
  assert(suspected! > 30 && suspected! < 100, `suspected after ${suspected} ms`);
  assert(speaking! > 240 && speaking! < 320, `known after ${speaking} ms`);
  assert(quiet! > 1_000 && quiet! < 1_200, `over after ${quiet} ms`);
});

Deno.test("a real voice is speech, at every rate and level that a microphone has", async () => {
  const voice = await speech("Excuse me, could you stop for a moment?");
  for (const level of [1, 0.3, 0.1]) {
    const states = namesOf(inRoom(16_000, 800, voice.map((s) => s * level)), SETTINGS, 16_000);
    assertEquals(states.slice(0, 2), ["suspected", "speaking"], `at level ${level}`);
  }
});

Deno.test("a short sound is a false alarm, however much it is like a voice", () => {
  const states = statesOf(inRoom(RATE, 1_000, vowel(100, RATE, 0.4), 1_000));
  assertEquals(states.map(({ state }) => state), ["suspected", "quiet"]);
  const [suspected, quiet] = states.map(({ at }) => at);
  assert(quiet! - suspected! < 450, `the pause lasted ${quiet! - suspected!} ms`);
});

Deno.test("noise is no speech: a burst, a click, a steady hiss, a hum that goes on", () => {
  const hum = Float32Array.from(
    { length: 6 * RATE },
    (_, i) => 0.02 * Math.sin(2 * Math.PI * 100 * i / RATE),
  );
  const sounds = {
    burst: inRoom(RATE, 1_000, noise(100, RATE, 0.5), 1_000),
    click: inRoom(RATE, 1_000, noise(5, RATE, 1), 500, noise(5, RATE, 1), 1_000),
    hiss: inRoom(RATE, 500, noise(3_000, RATE, 0.2), 500),
    hum: hum.subarray(2 * RATE),
    silence: new Float32Array(RATE),
  };
  for (const [name, samples] of Object.entries(sounds)) {
    assert(!namesOf(samples).includes("speaking"), name);
  }
  assertEquals(namesOf(sounds.burst), []);
});

Deno.test("settings say how soon and how easily", () => {
  const word = inRoom(RATE, 1_000, vowel(200, RATE, 0.2), 600);
  assertEquals(namesOf(word, { ...SETTINGS, minSpeechMs: 150 })[1], "speaking");
  assertEquals(namesOf(word, { ...SETTINGS, minSpeechMs: 400 })[1], "quiet");
  const whisper = inRoom(RATE, 1_000, vowel(600, RATE, 0.006), 600);
  assert(namesOf(whisper, { ...SETTINGS, sensitivity: 1 }).includes("speaking"));
  assertEquals(namesOf(whisper, { ...SETTINGS, sensitivity: 0 }), []);
});

Deno.test("other settings count at once", () => {
  const states: string[] = [];
  const detector = new SpeechDetector(RATE, SETTINGS, (message) => {
    if (message.type === "state") states.push(message.state);
  });
  detector.configure({ sensitivity: 0.5, minSpeechMs: 1_000 });
  detector.push(inRoom(RATE, 1_000, vowel(600, RATE, 0.2), 600));
  assertEquals(states, ["suspected", "quiet"]);
});

Deno.test("the level and what would be loud are told some times a second", () => {
  const levels: { readonly db: number; readonly thresholdDb: number }[] = [];
  const detector = new SpeechDetector(RATE, SETTINGS, (message) => {
    if (message.type === "level") levels.push(message);
  });
  detector.push(inRoom(RATE, 1_000, vowel(1_000, RATE, 0.2)));
  assert(levels.length > 20 && levels.length < 40, `${levels.length} levels`);
  assert(levels.at(8)!.db < levels.at(8)!.thresholdDb);
  assert(levels.at(-1)!.db > levels.at(-1)!.thresholdDb);
});
