import { assertEquals } from "@std/assert";
import { WaterfallRows } from "../../../src/web/console/waterfall_rows.ts";

Deno.test("rows have the client's times, and the server's where it tells", () => {
  const rows = new WaterfallRows("a", 1_000);
  rows.noteComing(0, "One.", 1_050);
  rows.noteCame(0, 400);
  rows.notePlaying(0, 1_100);
  rows.noteComing(1, "Two.", 1_200);
  rows.notePlaying(1, 1_500);
  rows.noteSilence(1_800);
  rows.merge({
    id: "a",
    started_ms: 70_000,
    sentences: [{
      index: 0,
      queued_ms: 70_001,
      taken_ms: 70_002,
      synthesised_ms: 70_040,
      first_frame_ms: 70_030,
      audio_ms: 410,
    }],
  });
  assertEquals(rows.rows, [
    {
      text: "One.",
      queued: 1,
      taken: 2,
      synthesised: 40,
      first: 30,
      playFrom: 100,
      playTo: 500,
      audioMs: 410,
    },
    { text: "Two.", first: 200, playFrom: 500, playTo: 800 },
  ]);
});

Deno.test("another connection goes on with the sentence that was cut", () => {
  const rows = new WaterfallRows("a", 0);
  rows.noteComing(0, "One.", 10);
  rows.noteCame(0, 400);
  rows.noteComing(1, "Two.", 20);
  const waiting = { taken_ms: null, synthesised_ms: null, first_frame_ms: null, audio_ms: 0 };
  rows.merge({ id: "a", started_ms: 0, sentences: [{ index: 2, queued_ms: 5, ...waiting }] });
  rows.goOn(500);
  rows.noteComing(0, "Two.", 510);
  rows.noteCame(0, 300);
  rows.goOn(900);
  rows.noteComing(0, "Three.", 910);
  assertEquals(rows.rows.map(({ text, first }) => [text, first]), [
    ["One.", 10],
    ["Two.", 20],
    ["Three.", 910],
  ]);
});

Deno.test("the time axis holds all that happened, and what is still heard", () => {
  const rows = new WaterfallRows("a", 0);
  assertEquals(rows.spanMs(5_000), 1_000);
  rows.notePlaying(0, 100);
  assertEquals(rows.spanMs(5_000), 5_000);
  rows.noteSilence(3_000);
  assertEquals(rows.spanMs(5_000), 3_000);
});
