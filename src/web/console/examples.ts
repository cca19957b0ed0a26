/**
 * Texts to try.
 *
 * @module
 */

/** By the names that their buttons have in the page. */
export const examples: Readonly<Record<string, string>> = {
  greeting: "Hello, I am Syrinx. Interrupt me whenever you like: press Escape, or just speak. " +
    "I stop at once, and I know which of my words you have heard.",
  story: "Syrinx was a nymph who ran from Pan, the god of shepherds. At the river she asked for " +
    "help, and was turned into hollow reeds. When Pan sighed over them, the reeds gave back a " +
    "soft and plaintive sound. So he cut them to different lengths, and joined them with wax. " +
    "That is how the first pipes were made. Shepherds have carried them ever since, and on " +
    "quiet evenings, when the wind comes down from the hills, you may still hear her voice.",
  numbers: "At 7:45 p.m. on 3 May 2024, Dr. Smith paid $1,299.99 for 2.5 kg of truffles. " +
    "That is about 52 cents a gram, i.e. 12% more than last year. Was it worth it? He said so!",
  markdown: "## What is cleaned\n\n- **Bold** and _italic_ marks are not read aloud.\n" +
    "- Nor is `code`, nor a raw link: https://example.com/a/very/long/path?with=query\n" +
    "- Emoji \u{1F389} are left out.\n\nOnly the words remain.",
  word: "Yes.",
};
