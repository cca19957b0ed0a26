/**
 * Text as it comes.
 *
 * @module
 */

import { SyrinxError } from "./errors.ts";
import type { SpokenUtterance } from "./utterance.ts";

/** Who is told what became of a source. */
export interface FeedListener {
  /** There is more text, or no more will come. */
  onText(): void;
  /** The source threw; what came of it is said. */
  onError(error: SyrinxError): void;
}

/** Appends all that the source gives, until it ends or the utterance is over. Never rejects. */
export async function feed(
  utterance: SpokenUtterance,
  source: AsyncIterable<string | null | undefined>,
  listener: FeedListener,
): Promise<void> {
  try {
    for await (const text of source) {
      if (utterance.isOver) return;
      // A model's stream has deltas without text.
      if (text === undefined || text === null) continue;
      if (typeof text !== "string") throw new TypeError(`it gave ${typeof text}, not text`);
      utterance.append(text);
      listener.onText();
    }
  } catch (cause) {
    const message = "the text's source failed; what came of it is said";
    listener.onError(new SyrinxError("source_failed", message, { cause }));
  }
  if (utterance.isOver) return;
  utterance.finish();
  listener.onText();
}
