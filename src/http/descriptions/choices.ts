/**
 * What a client of the session protocol may choose, as schemas: when it connects, and later.
 *
 * @module
 */

import { encodings, sampleRatesOf } from "../../codecs/encodings.ts";
import { FRAME_MS } from "../session_route.ts";
import type { Facts } from "./facts.ts";
import { choice, type Fields, number, type Schema, string } from "./schema.ts";

/** Speaking rate. */
export const speed = number("Speaking rate; 1 is normal.", { minimum: 0.5, maximum: 2 });

/** Hz, of any encoding. */
const rates = [...new Set(encodings.flatMap(sampleRatesOf))].toSorted((a, b) => a - b);

/** What may be said of the lead. */
export const lead: Schema = {
  description: "Audio sent ahead of real time, in ms, or `unpaced`.",
  anyOf: [{ type: "number", minimum: 0, maximum: 5000 }, { const: "unpaced" }],
};

/** Name of an encoding. */
export const encoding = choice("Encoding of the audio.", encodings);

/** Hz. */
export const sampleRate = choice(
  `Hz. With \`opus\`: ${sampleRatesOf("opus").join(", ")}.`,
  rates,
);

/** Duration of a frame. */
export const frameMs = choice("Duration of a frame, in ms. With `opus`: 20.", FRAME_MS);

/** An id that the client gives, or the server where the client gives none. */
export const utteranceId = string("Name of the utterance: of A-Z a-z 0-9 _ - .", {
  pattern: "^[A-Za-z0-9_.-]{1,64}$",
});

/** As W3C Trace Context has it. */
export const traceparent = string(
  "The span that this is part of, as W3C Trace Context writes it: 00-TRACE-SPAN-FLAGS. Neither " +
    "trace nor span is all zeros.",
  {
    pattern: "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-[\\x21-\\x7e]*)?$",
    maxLength: 256,
  },
);

const yesOrNo = (description: string) => choice(`${description} \`1\`: yes.`, ["0", "1"]);

/** Parameters of the query of `GET /v1/session`, all optional. */
export function sessionParameters({ defaultLead }: Facts): Fields {
  const usually = (schema: Schema, value: unknown) => ({ ...schema, default: value });
  return {
    voice: string("One of `GET /v1/voices`."),
    encoding: usually(encoding, encodings[0]),
    sample_rate: { ...sampleRate, description: `${sampleRate.description} Else the voice's own.` },
    frame_ms: usually(frameMs, FRAME_MS[0]),
    lead_ms: usually(lead, defaultLead),
    speed: usually(speed, 1),
    audio_header: usually(
      yesOrNo(
        "Whether each binary message begins with 12 bytes: u32 utterance number, u32 sentence " +
          "index, u32 offset in ms, little endian.",
      ),
      "0",
    ),
    words: usually(yesOrNo("Whether word timings are sent."), "0"),
    call: string("SID of a phone call that is connected to `/twilio/stream`, to speak to.", {
      pattern: "^[A-Za-z0-9]{1,64}$",
    }),
    call_audio: usually(yesOrNo("Whether the client gets the voice of whom it calls."), "0"),
    traceparent,
  };
}
