/**
 * Speech in server-sent events: `stream_format: "sse"`.
 *
 * Source: OpenAI's API reference, "speech.audio.delta" and "speech.audio.done".
 *
 * @module
 */

import type { Problem } from "../../speech/types.ts";
import type { WireEvent } from "../dialect.ts";
import { openAiError } from "./errors.ts";
import { audioTokens, textTokens } from "./usage.ts";

/** The body of such an answer. */
export const eventStream = {
  contentType: "text/event-stream",

  encode(event: WireEvent): string[] {
    switch (event.type) {
      case "audio":
        return [serverSent({ type: "speech.audio.delta", audio: event.bytes.toBase64() })];
      case "utterance_ended": {
        // The problem is told in its place.
        if (event.outcome !== "completed" || event.failedSentences > 0) return [];
        const input = textTokens(event.characters);
        const output = audioTokens(event.durationMs);
        const usage = { input_tokens: input, output_tokens: output, total_tokens: input + output };
        return [serverSent({ type: "speech.audio.done", usage })];
      }
      default:
        return [];
    }
  },

  /** The SDKs' readers of such streams throw what comes as `error`. */
  encodeProblem(problem: Problem): string[] {
    return [serverSent({ error: openAiError(problem) })];
  },
};

function serverSent(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
