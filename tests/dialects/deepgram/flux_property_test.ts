/** Whatever a client of Flux sends, and whenever: turns come whole, and what was heard is exact. */

import { assert, assertEquals } from "@std/assert";
import { streamChannel } from "../../../src/dialects/deepgram/channel.ts";
import { FluxDialect } from "../../../src/dialects/deepgram/flux.ts";
import fc from "../../helpers/fast_check.ts";
import { Stage, type Told } from "./stage.ts";

/** What a word of the stage's script takes, in ms. */
const WORD_MS = 500;

type Step =
  | { readonly speak: string }
  | { readonly waitMs: number }
  | "flush"
  | "interrupt"
  | "interrupt without a position";

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ speak: fc.constantFrom("one two. ", "three ", "four. ") }),
    },
    { weight: 3, arbitrary: fc.record({ waitMs: fc.integer({ min: 1, max: 3_000 }) }) },
    { weight: 3, arbitrary: fc.constant<Step>("flush") },
    { weight: 2, arbitrary: fc.constant<Step>("interrupt") },
    { weight: 1, arbitrary: fc.constant<Step>("interrupt without a position") },
  ),
  { maxLength: 25 },
);

/** A client that plays audio as it comes, and knows what it has played. */
class Listener {
  readonly #stage: Stage;
  readonly #all: Told[] = [];
  /** Audio that was told and not played. */
  #bufferedMs = 0;
  /** Audio played, ever and since the last interruption. */
  #playedMs = 0;
  #sinceCutMs = 0;
  /** Text since the last interruption. */
  #text = "";

  constructor() {
    let turns = 0;
    const model = { name: "one", version: "1", uuid: "u" };
    const wanted = {
      voice: "one",
      speed: undefined,
      encoding: "linear16",
      sampleRate: 16_000,
    } as const;
    this.#stage = new Stage({
      dialect: new FluxDialect({ model, speed: undefined, createId: () => `turn-${turns++}` }),
      channel: streamChannel(wanted, 5_000),
    });
  }

  async take(step: Step): Promise<void> {
    if (typeof step === "object" && "waitMs" in step) return await this.#wait(step.waitMs);
    if (typeof step === "object") {
      this.#text += step.speak;
      this.#stage.send({ type: "Speak", text: step.speak });
    } else if (step === "flush") {
      this.#stage.send({ type: "Flush" });
    } else {
      this.#interrupt(step === "interrupt");
    }
    await this.#wait(0);
  }

  /** Ends the session; gives all that was told. */
  async end(): Promise<Told[]> {
    this.#stage.send({ type: "Close" });
    await this.#wait(120_000);
    assertEquals(this.#stage.closed, 1000);
    await this.#stage.stop();
    return this.#all;
  }

  #interrupt(withPosition: boolean): void {
    const value = this.#playedMs;
    const offset = withPosition ? { playback_offset: { type: "time_ms", value } } : {};
    this.#stage.send({ type: "Interrupt", ...offset });
    const told = this.#note();
    const report = told.find(({ type }) => type === "SpeechInterrupted");
    if (report === undefined) return;
    if (withPosition) this.#check(report);
    this.#bufferedMs = this.#sinceCutMs = 0;
    this.#playedMs = report.audio_played_ms;
    this.#text = "";
  }

  /** What is not in the report was heard in turns that were over. */
  #check({ audio_played_ms, text_spoken, text_remaining }: Told): void {
    assertEquals(audio_played_ms, this.#playedMs);
    assert(this.#text.endsWith(text_spoken + text_remaining), this.#text);
    const heard = this.#text.slice(0, this.#text.length - text_remaining.length);
    const words = heard.match(/\w+/g)?.length ?? 0;
    assertEquals(words, Math.floor(this.#sinceCutMs / WORD_MS));
  }

  async #wait(ms: number): Promise<void> {
    await this.#stage.core.clock.advanceAsync(ms);
    this.#note();
    const playedMs = Math.min(ms, this.#bufferedMs);
    this.#bufferedMs -= playedMs;
    this.#playedMs += playedMs;
    this.#sinceCutMs += playedMs;
  }

  #note(): Told[] {
    const told = this.#stage.news();
    for (const message of told) if (message.type === "audio") this.#bufferedMs += message.ms;
    this.#all.push(...told);
    return told;
  }
}

/** Every turn has a start and one end, and its audio between them. */
function checkTurns(told: readonly Told[]): void {
  let turn: string | undefined;
  for (const { type, speech_id } of told) {
    if (type === "SpeechStarted") {
      assertEquals(turn, undefined);
      turn = speech_id;
    } else if (type === "audio") {
      assert(turn !== undefined, "audio outside of a turn");
    } else if (type === "Flushed" || type === "SpeechMetadata") {
      assertEquals(speech_id, turn);
      if (type === "SpeechMetadata") turn = undefined;
    } else if (type === "SpeechInterrupted") {
      turn = undefined;
    }
  }
  assertEquals(turn, undefined);
}

Deno.test("whatever a client of Flux does, turns come whole and what was heard is exact", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const listener = new Listener();
      for (const step of steps) await listener.take(step);
      const told = await listener.end();
      checkTurns(told);
      const spoken = steps.reduce(
        (sum, step) => sum + (typeof step === "object" && "speak" in step ? step.speak.length : 0),
        0,
      );
      const sums = told.at(-1)!;
      assertEquals([sums.type, sums.total_input_character_count], ["SessionMetadata", spoken]);
    }),
    { numRuns: 300 },
  );
});
