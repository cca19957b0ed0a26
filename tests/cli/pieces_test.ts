import { assert, assertEquals } from "@std/assert";
import fc from "../helpers/fast_check.ts";
import { messageCharacters, type PieceLimits, takePiece } from "../../src/cli/pieces.ts";

/** All pieces of a text, with the limits that each had to keep to. */
function cut(text: string, message: number, utterance: number) {
  const pieces: { piece: string; limits: PieceLimits }[] = [];
  let rest = text;
  let used = 0;
  while (rest !== "") {
    const limits = { message, utterance, used };
    const piece = takePiece(rest, limits);
    assert(piece !== "" || used > 0, "an empty utterance takes nothing");
    if (piece === "") used = 0;
    else pieces.push({ piece, limits });
    rest = rest.slice(piece.length);
    if (piece !== "") used += piece.length;
  }
  return pieces;
}

Deno.test("pieces join to the text, keep to the limits, and cut no pair", () => {
  const text = fc.string({
    unit: fc.constantFrom("a", "word", " ", "\n", "\u{1f600}", "é"),
    maxLength: 200,
  });
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 40 }), fc.integer({ min: 2, max: 90 }), (
      text,
      message,
      utterance,
    ) => {
      const pieces = cut(text, message, utterance);
      assertEquals(pieces.map(({ piece }) => piece).join(""), text);
      for (const { piece, limits } of pieces) {
        assert(piece.length <= message);
        assert(limits.used + piece.length <= utterance);
        assert(piece.isWellFormed());
      }
    }),
  );
});

Deno.test("where one character is all that may be sent, a pair goes in halves", () => {
  assertEquals(cut("\u{1f600}", 1, 10).map(({ piece }) => piece), ["\ud83d", "\ude00"]);
  assertEquals(cut("\u{1f600}", 10, 1).map(({ piece }) => piece), ["\ud83d", "\ude00"]);
});

Deno.test("an utterance that is filled up ends with a word", () => {
  const text = "one two three four";
  assertEquals(takePiece(text, { message: 100, utterance: 10, used: 0 }), "one two ");
  assertEquals(takePiece(text, { message: 100, utterance: 10, used: 8 }), "");
  assertEquals(takePiece("threefour", { message: 100, utterance: 5, used: 0 }), "three");
});

Deno.test("a message keeps to every limit: characters, what may wait, and bytes", () => {
  const limits = {
    max_text_characters: 10_000,
    max_utterance_characters: 200_000,
    max_pending_characters: 100_000,
    max_message_bytes: 131_072,
    idle_timeout_ms: 300_000,
  };
  assertEquals(messageCharacters(limits), 10_000);
  assertEquals(messageCharacters({ ...limits, max_pending_characters: 1_000 }), 500);
  const small = messageCharacters({ ...limits, max_message_bytes: 1_024 });
  const message = { type: "text", text: "\x07".repeat(small), utterance_id: "say-1000000" };
  assert(JSON.stringify(message).length <= 1_024);
});
