import { assert, assertEquals } from "@std/assert";
import { createEmbeddedBackend } from "../../src/backends/embedded.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { parseProfile, shareOf } from "../helpers/profiles.ts";
import { samplesOf, speak, until } from "./embedded_helpers.ts";

/** The function of flite that makes the sound. */
const VOCODER = "mlsa_resynthesis";

const TEXT =
  "The quick brown fox jumps over the lazy dog, and then the dog wakes up and runs after " +
  "the fox.";

Deno.test("a synthesis is profiled inside its thread, down to the engine's own functions", async () => {
  const profiles: [string, string][] = [];
  const errors: string[] = [];
  const backend = await createEmbeddedBackend({
    engine: "flite",
    threads: 1,
    spares: 0,
    clock: systemClock,
    profiling: {
      minDurationMs: 0,
      onProfile: (name, profile) => profiles.push([name, new TextDecoder().decode(profile)]),
      onError: (message) => errors.push(message),
    },
  });
  try {
    await samplesOf(speak(backend, TEXT));
    await samplesOf(speak(backend, TEXT));
    await until(() => profiles.length === 2, "there are two profiles");
  } finally {
    await backend.close();
  }
  assertEquals(errors, []);
  for (const [name, text] of profiles) {
    assertEquals(name, "engine_1_synthesis");
    const profile = parseProfile(text);
    assert(shareOf(profile, VOCODER) > 0.1, `${shareOf(profile, VOCODER)}`);
    assert(profile.samples.length > 10);
  }
});

Deno.test("a quick synthesis is not told of", async () => {
  const profiles: string[] = [];
  const backend = await createEmbeddedBackend({
    engine: "flite",
    threads: 1,
    spares: 0,
    clock: systemClock,
    threadModule: new URL("./trick_thread.ts", import.meta.url),
    profiling: {
      minDurationMs: 100,
      onProfile: (name) => profiles.push(name),
      onError: (message) => profiles.push(message),
    },
  });
  try {
    await samplesOf(speak(backend, "count 1"));
    await samplesOf(speak(backend, "stubborn 150"));
    await until(() => profiles.length > 0, "there is a profile");
    assertEquals(profiles, ["engine_1_synthesis"]);
  } finally {
    await backend.close();
  }
});
