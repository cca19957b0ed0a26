import { assert, assertEquals } from "@std/assert";
import { MemberError, type MemberErrorCode } from "../../../src/backends/fleet/member.ts";
import { HealthPoll } from "../../../src/backends/openai/health_poll.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";

type Answer = "well" | "silence" | MemberErrorCode;

/** A poll of a server that answers as it is told. */
class Fixture {
  readonly clock = new FakeClock();
  readonly health: string[] = [];
  readonly troubles: string[] = [];
  /** Clock times of the questions, from the start. */
  readonly asked: number[] = [];
  /** What it does from now on; `silence`: it gives no answer. */
  answer: Answer;
  /** Signals of the questions. */
  readonly signals: AbortSignal[] = [];
  readonly poll: HealthPoll;
  readonly #startedAt = this.clock.now();

  constructor({ answer = "well", random = 0.5 }: { answer?: Answer; random?: number } = {}) {
    this.answer = answer;
    this.poll = new HealthPoll({
      clock: this.clock,
      random: () => random,
      ask: (signal) => this.#ask(signal),
      onHealth: (health) => void this.health.push(health),
      onTrouble: ({ message }) => void this.troubles.push(message),
    });
    this.poll.start();
  }

  #ask(signal: AbortSignal): Promise<void> {
    this.asked.push(this.clock.now() - this.#startedAt);
    this.signals.push(signal);
    if (this.answer === "well") return Promise.resolve();
    if (this.answer === "silence") return new Promise(() => {});
    return Promise.reject(new MemberError(this.answer, `${this.answer}!`));
  }

  async close(): Promise<void> {
    this.poll.close();
    await this.clock.advanceAsync(60_000);
    assertEquals(this.clock.pending, 0);
  }
}

Deno.test("a server is asked at once, and every 5 s while it serves", async () => {
  const test = new Fixture();
  await test.clock.advanceAsync(14_000);
  assertEquals(test.asked, [0, 5_000, 10_000]);
  assertEquals(test.health, ["serving"]);
  await test.close();
});

Deno.test("questions are spread by a fifth either way", async () => {
  for (const [random, ms] of [[0, 4_000], [1, 6_000]] as const) {
    const test = new Fixture({ random });
    await test.clock.advanceAsync(2 * ms);
    assertEquals(test.asked, [0, ms, 2 * ms]);
    await test.close();
  }
});

Deno.test("a server that is gone is noticed, told once, and asked every second", async () => {
  const test = new Fixture();
  await test.clock.advanceAsync(0);
  test.answer = "unavailable";
  await test.clock.advanceAsync(8_000);
  assertEquals(test.health, ["serving", "unknown"]);
  assertEquals(test.asked, [0, 5_000, 6_000, 7_000, 8_000]);
  assertEquals(test.troubles, ["unavailable!"]);
  test.answer = "well";
  await test.clock.advanceAsync(1_000);
  assertEquals(test.health, ["serving", "unknown", "serving"]);
  // The same trouble is news again.
  test.answer = "unavailable";
  await test.clock.advanceAsync(5_000);
  assertEquals(test.troubles, ["unavailable!", "unavailable!"]);
  await test.close();
});

Deno.test("a server that refuses does not serve, and each new reason is told", async () => {
  const test = new Fixture({ answer: "internal" });
  await test.clock.advanceAsync(2_500);
  test.answer = "unavailable";
  await test.clock.advanceAsync(1_000);
  test.answer = "invalid";
  await test.clock.advanceAsync(1_000);
  assertEquals(test.health, ["not_serving", "unknown", "not_serving"]);
  assertEquals(test.troubles, ["internal!", "unavailable!", "invalid!"]);
  await test.close();
});

Deno.test("a busy server is there", async () => {
  const test = new Fixture({ answer: "overloaded" });
  await test.clock.advanceAsync(20_000);
  assertEquals(test.health, ["serving"]);
  assertEquals(test.troubles, []);
  await test.close();
});

Deno.test("one question may stay without an answer, two in a row may not", async () => {
  const test = new Fixture();
  await test.clock.advanceAsync(0);
  test.answer = "silence";
  await test.clock.advanceAsync(7_500);
  test.answer = "well";
  await test.clock.advanceAsync(4_500);
  assertEquals(test.asked, [0, 5_000, 8_000]);
  assertEquals(test.health, ["serving"]);
  test.answer = "silence";
  await test.clock.advanceAsync(1_000 + 2_000 + 1_000 + 1_999);
  assertEquals(test.health, ["serving"]);
  await test.clock.advanceAsync(1);
  assertEquals(test.health, ["serving", "unknown"]);
  assertEquals(test.troubles, ["no answer came for 2000 ms"]);
  assert(test.signals.slice(3).every((signal) => signal.aborted), "questions are left open");
  await test.close();
});

Deno.test("a server that has never answered is not waited for a second time", async () => {
  const test = new Fixture({ answer: "silence" });
  await test.clock.advanceAsync(2_000);
  assertEquals(test.troubles, ["no answer came for 2000 ms"]);
  assertEquals(test.health, []);
  await test.close();
});

Deno.test("a server that gives audio is there, and is not asked", async () => {
  const test = new Fixture();
  await test.clock.advanceAsync(0);
  for (let second = 1; second <= 20; second++) {
    await test.clock.advanceAsync(1_000);
    test.poll.alive();
  }
  assertEquals(test.asked, [0]);
  // 5 s after the last of it.
  await test.clock.advanceAsync(5_000);
  assertEquals(test.asked, [0, 25_000]);
  await test.close();
});

Deno.test("audio that came while a question was open is an answer", async () => {
  const test = new Fixture();
  await test.clock.advanceAsync(0);
  test.answer = "silence";
  await test.clock.advanceAsync(6_000);
  test.poll.alive();
  await test.clock.advanceAsync(4_000);
  assertEquals(test.health, ["serving"]);
  assertEquals(test.troubles, []);
  await test.close();
});

Deno.test("nothing is asked or told after the end, nor is a question left open", async () => {
  const test = new Fixture();
  await test.clock.advanceAsync(0);
  test.answer = "silence";
  await test.clock.advanceAsync(5_000);
  assertEquals(test.signals.map(({ aborted }) => aborted), [false, false]);
  test.poll.close();
  assertEquals(test.signals[1]!.aborted, true);
  await test.close();
  assertEquals(test.asked, [0, 5_000]);
  assertEquals(test.health, ["serving"]);
  assertEquals(test.troubles, []);
});
