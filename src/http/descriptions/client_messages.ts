/**
 * What a client of the session protocol may send.
 *
 * @module
 */

import type { Command } from "../../speech/types.ts";
import { lead, speed, traceparent, utteranceId } from "./choices.ts";
import type { Facts } from "./facts.ts";
import { message, type MessageDescription } from "./message.ts";
import { boolean, choice, number, string } from "./schema.ts";

/** Names of the messages; `control` is of older clients. */
export type ClientMessageType = Command["type"] | "control";

const playedMs = number("How much audio of the utterance was really played, in ms.", {
  minimum: 0,
});

/** Every message by its type. */
export function clientMessages(
  { limits }: Facts,
): Readonly<Record<ClientMessageType, MessageDescription>> {
  return {
    text: message("text", {
      summary: "Appends text to an utterance, which it opens if it is new. Text joins exactly " +
        "as sent: no space is added.",
      required: {
        text: string("UTF-16 units are counted.", {
          minLength: 1,
          maxLength: limits.maxTextCharacters,
        }),
      },
      optional: {
        utterance_id: utteranceId,
        final: boolean("Whether this ends the utterance."),
        is_final: boolean("The name of `final` in the messages of older clients.", {
          deprecated: true,
        }),
        traceparent,
      },
      example: { text: "Good morning. ", utterance_id: "reply-1" },
    }),
    flush: message("flush", {
      summary: "Speak what is buffered now, sentence end or not.",
      optional: { utterance_id: utteranceId },
    }),
    end: message("end", {
      summary: "No more text.",
      optional: { utterance_id: utteranceId },
      example: { utterance_id: "reply-1" },
    }),
    barge_in: message("barge_in", {
      summary: "The listener interrupts: that utterance, or without an id everything, stops now.",
      optional: { utterance_id: utteranceId, played_ms: playedMs },
      example: { played_ms: 840 },
    }),
    pause: message("pause", { summary: "Stop sending audio. Nothing is lost." }),
    resume: message("resume", { summary: "Go on sending audio." }),
    playback: message("playback", {
      summary: "Where the listener is. Sent every few hundred ms it makes reports of what was " +
        "heard exact.",
      required: { utterance_id: utteranceId, played_ms: playedMs },
      example: { utterance_id: "reply-1", played_ms: 420 },
    }),
    configure: message("configure", {
      summary: "Settings from the next utterance on.",
      optional: {
        voice: string("One of `GET /v1/voices`."),
        speed,
        lead_ms: lead,
        words: choice("Whether word timings are sent.", [true, false, 1, 0]),
      },
      example: { speed: 1.2, words: true },
    }),
    ping: message("ping", {
      summary: "Answered with `pong`.",
      optional: {
        id: {
          description: "Comes back with the answer.",
          anyOf: [{ type: "number" }, { type: "string", maxLength: 64 }],
        },
      },
      example: { id: 1 },
    }),
    close: message("close", { summary: "Finish what is being said, then close with 1000." }),
    control: message("control", {
      summary: "Of older clients; STOP is `barge_in`.",
      required: { command: choice("What to do.", ["PAUSE", "RESUME", "STOP"]) },
      example: { command: "STOP" },
    }),
  };
}
