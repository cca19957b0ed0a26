import { assertEquals } from "@std/assert";
import { Admission, type AdmissionOptions } from "../../src/http/admission.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

function admissionOf(options: Partial<AdmissionOptions> = {}) {
  const clock = new FakeClock();
  const admission = new Admission({
    clock,
    bufferedBytes: () => 0,
    isShortOfMemory: () => false,
    demand: () => ({ speaking: 0, workers: 2 }),
    maxLoad: 0.8,
    maxLateMs: 100,
    maxLoopLagMs: 50,
    maxBufferedBytes: 1_000,
    ...options,
  });
  admission.start();
  return { clock, admission };
}

/** Who asks. */
const ME = "me";

function taken(lateMs: number, tenantId = ME) {
  const sentence = { sessionId: "s", utteranceId: "u", index: 0 };
  return { type: "sentence_taken", tenantId, ...sentence, waitMs: lateMs, lateMs } as const;
}

/** A session that comes, and asks for something. */
function begin(admission: Admission, sessionId: string): void {
  admission.note({ type: "session_started", sessionId, dialect: "native" });
  admission.note({ type: "utterance_started", sessionId, utteranceId: "u" });
}

/** A synthesis that took a tenth of its audio's length. */
function synthesised() {
  const synthesis = { sessionId: "s", utteranceId: "u", index: 0, worker: 0, voice: "one" };
  return {
    type: "synthesis_ended",
    ...synthesis,
    outcome: "completed",
    durationMs: 200,
    audioMs: 2_000,
  } as const;
}

Deno.test("listeners who are spoken to take their share of the workers, and so do those just come", () => {
  const demand = { speaking: 16, workers: 2 };
  const { clock, admission } = admissionOf({ demand: () => demand });
  demand.speaking = 1_000;
  assertEquals(admission.overloadFor(ME), undefined, "nothing is known of how long syntheses take");
  for (let count = 0; count < 50; count++) admission.note(synthesised());
  assertEquals(admission.overloadFor(ME)?.reason, "workers");
  demand.speaking = 16;
  assertEquals(admission.overloadFor(ME), undefined);
  admission.note({ type: "session_started", sessionId: "silent", dialect: "native" });
  assertEquals(admission.overloadFor(ME), undefined, "who says nothing takes nothing");
  begin(admission, "a");
  assertEquals(admission.overloadFor(ME)?.reason, "workers");
  clock.advance(2_000);
  assertEquals(
    admission.overloadFor(ME),
    undefined,
    "who is not being spoken to by now is not reckoned with",
  );
  demand.speaking = 17;
  assertEquals(admission.overloadFor(ME)?.reason, "workers");
  demand.workers = 4;
  assertEquals(admission.overloadFor(ME), undefined);
});

Deno.test("listeners of what is remembered take no worker, as far as it goes", () => {
  const { admission } = admissionOf({ demand: () => ({ speaking: 30, workers: 2 }) });
  for (let count = 0; count < 200; count++) admission.note(synthesised());
  assertEquals(admission.overloadFor(ME)?.reason, "workers");
  for (let count = 0; count < 200; count++) {
    admission.note(synthesised());
    admission.note({ ...taken(0), recalledMs: 2_000 });
  }
  assertEquals(admission.overloadFor(ME), undefined);
});

Deno.test("an engine that gets slower can serve fewer", () => {
  const { admission } = admissionOf({ demand: () => ({ speaking: 12, workers: 2 }) });
  for (let count = 0; count < 50; count++) admission.note(synthesised());
  assertEquals(admission.overloadFor(ME), undefined);
  for (let count = 0; count < 200; count++) {
    admission.note({ ...synthesised(), durationMs: 300 });
  }
  assertEquals(admission.overloadFor(ME)?.reason, "workers");
});

Deno.test("sentences that wait while their listeners do make the workers too few, for a while", () => {
  const { clock, admission } = admissionOf();
  for (let count = 0; count < 2; count++) admission.note(taken(101));
  for (let count = 0; count < 20; count++) admission.note(taken(100));
  assertEquals(admission.overloadFor(ME), undefined);
  admission.note(taken(150));
  assertEquals(admission.overloadFor(ME)?.reason, "workers");
  clock.advance(1_999);
  assertEquals(admission.overloadFor(ME)?.reason, "workers");
  clock.advance(1);
  assertEquals(admission.overloadFor(ME), undefined);
});

Deno.test("a few late ones among many are no overload", () => {
  const { admission } = admissionOf();
  for (let count = 0; count < 100; count++) admission.note(taken(0));
  for (let count = 0; count < 4; count++) admission.note(taken(500));
  assertEquals(admission.overloadFor(ME), undefined);
});

Deno.test("a tenant whose sentences wait is refused, and no other, nor who is not known yet", () => {
  const { clock, admission } = admissionOf();
  for (let count = 0; count < 50; count++) {
    admission.note(taken(5_000, "flood"));
    admission.note(taken(0));
  }
  assertEquals(admission.overloadFor("flood"), {
    reason: "workers",
    message: "sentences wait for a worker already",
  });
  for (const id of [ME, "new", undefined]) assertEquals(admission.overloadFor(id), undefined);
  clock.advance(500);
  for (let count = 0; count < 3; count++) admission.note(taken(500));
  assertEquals(admission.overloadFor(ME)?.reason, "workers", "3 of 53 over two steps are many");
  clock.advance(1_500);
  assertEquals(admission.overloadFor("flood"), undefined);
  assertEquals(admission.overloadFor(ME)?.reason, "workers");
  for (let count = 0; count < 20; count++) admission.noteLag(70);
  for (const id of [ME, "new"]) assertEquals(admission.overloadFor(id) !== undefined, true);
  assertEquals(admission.overloadFor(undefined)?.reason, "event_loop", "what all feel is for all");
});

Deno.test("an event loop that is always late is an overload, a single pause is none", () => {
  const { admission } = admissionOf();
  for (let count = 0; count < 19; count++) admission.noteLag(0);
  admission.noteLag(900);
  assertEquals(admission.overloadFor(ME), undefined);
  for (let count = 0; count < 20; count++) admission.noteLag(70);
  assertEquals(admission.overloadFor(ME)?.reason, "event_loop");
});

Deno.test("full send buffers and short memory are overloads", () => {
  let bufferedBytes = 1_000;
  let isShortOfMemory = false;
  const { clock, admission } = admissionOf({
    bufferedBytes: () => bufferedBytes,
    isShortOfMemory: () => isShortOfMemory,
  });
  const reason = () => {
    clock.advance(500);
    return admission.overloadFor(ME)?.reason;
  };
  assertEquals(reason(), undefined);
  bufferedBytes = 1_001;
  assertEquals(reason(), "send_buffers");
  bufferedBytes = 0;
  isShortOfMemory = true;
  assertEquals(reason(), "memory");
  isShortOfMemory = false;
  assertEquals(reason(), undefined);
  admission.stop();
  assertEquals(clock.pending, 0);
});
