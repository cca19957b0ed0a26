/**
 * Cartesia's events as server-sent ones: the body of `POST /tts/sse`.
 *
 * Source: `TTSSSEEvent` of @cartesia/cartesia-js 4.2.0.
 *
 * @module
 */

import type { Problem } from "../../speech/types.ts";
import type { WireEvent } from "../dialect.ts";
import { errorEvent } from "./errors.ts";
import { chunkEvent, doneEvent, timestampsEvent } from "./events.ts";
import { StepTimer } from "./step_timer.ts";

/** Options of {@linkcode EventStream}. */
export interface EventStreamOptions {
  /** What the client calls its request, if it calls it anything. */
  readonly contextId: string | undefined;
  /** What the log knows the request by. */
  readonly requestId: string;
  readonly steps: StepTimer;
}

/** Writes one answer. */
export class EventStream {
  readonly contentType = "text/event-stream";
  readonly #options: EventStreamOptions;

  constructor(options: EventStreamOptions) {
    this.#options = options;
  }

  encode(event: WireEvent): string[] {
    switch (event.type) {
      case "audio":
        return [this.#tell(chunkEvent(event.bytes, this.#options.steps.next()))];
      case "words":
        return [this.#tell(timestampsEvent(event.words))];
      case "utterance_ended":
        return isWhole(event) ? [this.#tell(doneEvent())] : [];
      default:
        return [];
    }
  }

  encodeProblem(problem: Problem): string[] {
    const { requestId } = this.#options;
    return [this.#tell(errorEvent(problem, { isLast: true, requestId }))];
  }

  #tell(event: { readonly type: string }): string {
    const { contextId } = this.#options;
    const data = contextId === undefined ? event : { ...event, context_id: contextId };
    return `event: ${event.type}\ndata: ${JSON.stringify(data)}\n\n`;
  }
}

/** Otherwise an error is told. */
function isWhole(event: Extract<WireEvent, { type: "utterance_ended" }>): boolean {
  return event.outcome === "completed" && event.failedSentences === 0;
}
