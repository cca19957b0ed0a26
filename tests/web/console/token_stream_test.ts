import { assert, assertEquals } from "@std/assert";
import { tokensOf, tokenStream } from "../../../src/web/console/token_stream.ts";

Deno.test("tokens are short, and joined they are the text", () => {
  for (const text of ["Hello, wonderful world!\n\nBye. ", "", "  a", "\u{1F389}\u{1F389} straße"]) {
    const tokens = tokensOf(text);
    assertEquals(tokens.join(""), text);
    for (const token of tokens) assert(token.trim().length <= 10, token);
  }
});

Deno.test("a stream gives all tokens, one by one", async () => {
  const tokens: string[] = [];
  for await (const token of tokenStream("One two three.", () => 10_000)) tokens.push(token);
  assertEquals(tokens, tokensOf("One two three."));
});
