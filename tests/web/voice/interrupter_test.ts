import { assertEquals } from "@std/assert";
import type { BargeInReport, Utterance } from "../../../src/web/client/api.ts";
import { Interrupter } from "../../../src/web/voice/interrupter.ts";

/** A session that keeps what it is told, and is saying something or not. */
class FakeSession {
  readonly told: string[] = [];
  isPaused = false;
  isSaying = true;

  pause(): void {
    this.isPaused = true;
    this.told.push("pause");
  }

  resume(): void {
    this.isPaused = false;
    this.told.push("resume");
  }

  bargeIn(): Promise<BargeInReport> {
    this.isPaused = false;
    this.told.push("bargeIn");
    const utterances = this.isSaying ? [{} as Utterance] : [];
    return Promise.resolve({ utterances, heardText: "", unheardText: "", latencyMs: 1 });
  }
}

function setUp() {
  const session = new FakeSession();
  const events: string[] = [];
  const interrupter = new Interrupter({
    session,
    onBargeIn: () => void events.push("bargeIn"),
    onFalseAlarm: () => void events.push("falseAlarm"),
  });
  return { session, events, interrupter };
}

Deno.test("what may be speech pauses, and speech barges in", async () => {
  const { session, events, interrupter } = setUp();
  interrupter.hear("suspected");
  assertEquals(session.told, ["pause"]);
  interrupter.hear("speaking");
  interrupter.hear("quiet");
  await Promise.resolve();
  assertEquals([session.told, events], [["pause", "bargeIn"], ["bargeIn"]]);
});

Deno.test("a false alarm lets it go on", () => {
  const { session, events, interrupter } = setUp();
  interrupter.hear("suspected");
  interrupter.hear("quiet");
  assertEquals([session.told, events], [["pause", "resume"], ["falseAlarm"]]);
});

Deno.test("a pause of the program's own outlasts a false alarm", () => {
  const { session, interrupter } = setUp();
  session.pause();
  interrupter.hear("suspected");
  interrupter.hear("quiet");
  assertEquals([session.told, session.isPaused], [["pause"], true]);
});

Deno.test("speech while nothing is said is no barge-in", async () => {
  const { session, events, interrupter } = setUp();
  session.isSaying = false;
  interrupter.hear("suspected");
  interrupter.hear("speaking");
  await Promise.resolve();
  assertEquals(events, []);
});

Deno.test("a voice that ends in a suspicion leaves nothing paused", () => {
  const { session, events, interrupter } = setUp();
  interrupter.hear("suspected");
  interrupter.stop();
  assertEquals([session.isPaused, interrupter.state, events], [false, "quiet", []]);
});
