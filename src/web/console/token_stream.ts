/**
 * A text that comes as a language model writes it.
 *
 * @module
 */

/** Letters of a token, at most: models' tokens have some four. */
const LETTERS = 5;

/** Cuts a text into tokens; joined they are the text. */
export function tokensOf(text: string): string[] {
  return text.match(new RegExp(`\\s*\\S{1,${LETTERS}}|\\s+$`, "gu")) ?? [];
}

/** Gives the tokens one by one, as many a second as `rate` says at each moment. */
export async function* tokenStream(
  text: string,
  rate: () => number,
): AsyncGenerator<string, void, void> {
  for (const token of tokensOf(text)) {
    yield token;
    await new Promise((resolve) => setTimeout(resolve, 1_000 / rate()));
  }
}
