/**
 * What listeners notice.
 *
 * @module
 */

import { lines } from "../panels.ts";
import { perMinute, quantile, quantiles, sum } from "../promql.ts";
import { type Row, THIRD } from "./row.ts";

export function listeners(): Row {
  return {
    title: "Are listeners well served?",
    panels: [
      lines({
        ...THIRD,
        title: "Time to first audio",
        description:
          "From the first text of an utterance to its first frame. Below the dashed line is in time.",
        unit: "s",
        queries: quantiles("time_to_first_audio_seconds"),
        marks: [0.5],
        exemplars: true,
      }),
      lines({
        ...THIRD,
        title: "Underruns",
        description:
          "Gaps inside an utterance, per minute. server: the text was there and the audio was not, which should not happen. text: the agent wrote too slowly.",
        unit: "none",
        queries: { "{{cause}}": perMinute("playout_underruns_total", "cause") },
      }),
      lines({
        ...THIRD,
        title: "Length of gaps, p95",
        description: "How long listeners are without audio when they are.",
        unit: "s",
        queries: { "{{cause}}": quantile(0.95, "playout_gap_seconds", "cause") },
      }),
      lines({
        ...THIRD,
        title: "Sessions",
        description:
          "Sessions that have not ended, and open connections. More connections than sessions: clients that do not read keep theirs from closing.",
        unit: "none",
        queries: { sessions: sum("sessions_active"), connections: sum("connections_active") },
      }),
      lines({
        ...THIRD,
        title: "Utterances",
        description:
          "Utterances that ended, per minute. Interrupted is the listener's wish; failed means that nothing of it could be spoken.",
        unit: "none",
        queries: { "{{outcome}}": perMinute("utterances_total", "outcome") },
      }),
      lines({
        ...THIRD,
        title: "Frames sent late",
        description:
          "By how much audio left after the moment it was meant to. The lead (300 ms, or what the client chose) hides as much.",
        unit: "s",
        queries: quantiles("playout_lateness_seconds"),
      }),
    ],
  };
}
