/** Whatever happens to a call: Twilio is told nothing after a `clear` that belongs before it. */

import { assert, assertEquals } from "@std/assert";
import { encoderOf } from "../../../src/codecs/sample_encodings.ts";
import { readTwilio } from "../../../src/dialects/twilio/media_stream.ts";
import { Call } from "../../../src/http/vendors/twilio/call.ts";
import { Session } from "../../../src/speech/session.ts";
import type { Command, SessionEvent } from "../../../src/speech/types.ts";
import { Core } from "../../helpers/core.ts";
import fc from "../../helpers/fast_check.ts";
import type { Told } from "../helpers/wire.ts";
import { newWord, wordScript } from "../helpers/words.ts";

const encode = encoderOf("mulaw");

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("say", "say on") },
    { weight: 2, arbitrary: fc.constant("interrupt" as const) },
    { weight: 1, arbitrary: fc.constant("a mark of no one's" as const) },
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 2_000 }) },
  ),
  { maxLength: 40, size: "max" },
);

/** Bytes of audio a millisecond. */
const BYTES_PER_MS = 8;

/** A telephone on the core's clock: plays in real time, and knows what it has played. */
class Telephone {
  readonly core = new Core({ script: wordScript });
  readonly #call: Call;
  readonly #session: Session;
  #words = 0;
  /** Audio since the last `clear`, in ms, and how much of it was played. */
  #sentMs = 0;
  #playedMs = 0;
  /** Names of marks and the place of each in that audio, in ms. */
  #marks: { readonly name: string; readonly atMs: number }[] = [];
  readonly #names = new Set<string>();

  constructor() {
    const { clock, context } = this.core;
    this.#call = new Call({
      callSid: "CA1",
      streamSid: "MZ1",
      clock,
      send: (message) => this.#take(JSON.parse(message)),
      bufferedBytes: () => 0,
      onFree() {},
    });
    assert(this.#call.reserve({ sendsVoice: false }));
    this.#session = new Session(context, {
      id: "s1",
      dialect: "twilio",
      settings: { voice: "one", speed: 1, lead: 5_000, words: false },
      shape: { sampleRate: 8_000, frameSamples: 160, wholeFrames: false },
      sink: { send: (event) => this.#deliver(event), bufferedBytes: 0 },
      onEnd() {},
    });
    this.#call.attach(this.#session, () => {});
  }

  say(final: boolean): void {
    this.#execute({ type: "text", text: newWord(this.#words++) + ". ", final });
  }

  interrupt(): void {
    this.#execute({ type: "barge_in" });
    assertEquals([this.#sentMs, this.#marks.length], [0, 0], "audio after an interruption");
  }

  receive(message: object): void {
    const event = readTwilio(JSON.stringify(message));
    if (event !== undefined) this.#call.receive(event);
  }

  async wait(ms: number): Promise<void> {
    for (let leftMs = ms; leftMs >= 0; leftMs -= 20) {
      await this.core.clock.advanceAsync(Math.min(20, leftMs));
      this.#playedMs = Math.min(this.#sentMs, this.#playedMs + Math.min(20, leftMs));
      const played = this.#marks.filter(({ atMs }) => atMs <= this.#playedMs);
      this.#marks = this.#marks.filter(({ atMs }) => atMs > this.#playedMs);
      for (const { name } of played) this.receive({ event: "mark", mark: { name } });
    }
  }

  async stop(): Promise<void> {
    this.#execute({ type: "close" });
    await this.wait(60_000);
    assertEquals(this.#marks, [], "every mark is behind audio that is played");
    this.#session.leave("closed");
    this.#call.detach();
    await this.core.stop();
  }

  #execute(command: Command): void {
    this.#session.execute(command, this.core.clock.now());
  }

  #deliver(event: SessionEvent): void {
    if (event.type === "barge_in") this.#checkHeard(event.playedMs);
    if (event.type !== "audio") return this.#call.take(event);
    const { pcm, ...rest } = event;
    this.#call.take({ ...rest, bytes: encode(pcm), samples: pcm.length });
  }

  /** No more is taken for heard than was sent since the call was silent. */
  #checkHeard(heardMs: number): void {
    assert(heardMs <= this.#sentMs, `${heardMs} of ${this.#sentMs} ms`);
  }

  #take({ event, streamSid, media, mark }: Told): void {
    assertEquals(streamSid, "MZ1");
    if (event === "media") {
      this.#sentMs += Uint8Array.fromBase64(media.payload).length / BYTES_PER_MS;
    } else if (event === "mark") {
      assert(!this.#names.has(mark.name), "a mark's name comes once");
      assert(this.#sentMs > 0, "a mark without audio before it");
      this.#names.add(mark.name);
      this.#marks.push({ name: mark.name, atMs: this.#sentMs });
    } else {
      assertEquals(event, "clear");
      const cleared = this.#marks;
      this.#marks = [];
      this.#sentMs = this.#playedMs = 0;
      // Twilio sends those marks back at once; no one may take them for played.
      for (const { name } of cleared) this.receive({ event: "mark", mark: { name } });
    }
  }
}

Deno.test("whatever happens to a call, nothing is played after a clear but what is said then", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const telephone = new Telephone();
      for (const step of steps) {
        if (typeof step === "number") await telephone.wait(step);
        else if (step === "interrupt") telephone.interrupt();
        else if (step === "a mark of no one's") {
          telephone.receive({ event: "mark", mark: { name: "none" } });
        } else telephone.say(step === "say");
      }
      await telephone.stop();
    }),
    { numRuns: 40 },
  );
});

Deno.test("whatever JSON comes from Twilio, it is read or ignored", () => {
  const events = fc.constantFrom("connected", "start", "media", "mark", "dtmf", "stop", "other");
  const part = fc.oneof(fc.jsonValue(), fc.record({ payload: fc.string(), name: fc.string() }));
  const message = fc.record({ event: events, start: part, media: part, mark: part, dtmf: part });
  fc.assert(fc.property(fc.oneof(message, fc.jsonValue()), (value) => {
    const event = readTwilio(JSON.stringify(value));
    if (event?.event === "media") assert(event.audio instanceof Uint8Array);
  }));
});
