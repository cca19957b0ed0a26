/**
 * What happens, as OpenTelemetry spans: session > utterance > sentence > synthesis. The spans
 * themselves are kept by whoever calls; this translates, and is the one file that knows the library.
 *
 * @module
 */

import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  type Link,
  propagation,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer as OpenTelemetryTracer,
} from "@opentelemetry/api";
import { parseTraceparent } from "../lib/traceparent.ts";
import type { SpeechEvent } from "../speech/events.ts";
import { withoutText } from "./spoken_text.ts";

export type { Span } from "@opentelemetry/api";

/** The event of that type. */
type EventOf<T extends SpeechEvent["type"]> = Extract<SpeechEvent, { readonly type: T }>;

/** The events that begin a span. */
export type Opening = EventOf<
  "session_started" | "utterance_started" | "sentence_taken" | "synthesis_started"
>;

/** The scope of the spans, and the beginning of their attributes' names. */
const NAME = "syrinx";

/**
 * A tracer, if somebody takes the spans: `OTEL_DENO=true`, or a tracer provider that the embedding
 * program has registered. Else undefined, and nothing is spent on traces.
 */
export function createTracer(): Tracer | undefined {
  const provider = trace.getTracerProvider();
  const isIdle = provider instanceof ProxyTracerProvider &&
    provider.getDelegateTracer(NAME) === undefined;
  return isIdle ? undefined : new Tracer(provider.getTracer(NAME));
}

/** HTTP headers, or gRPC metadata, that take the running span's trace to another program. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

/** Begins spans, and writes into them what the events say. */
export class Tracer {
  readonly #tracer: OpenTelemetryTracer;

  constructor(tracer: OpenTelemetryTracer) {
    this.#tracer = tracer;
  }

  /**
   * Begins the span of what has begun, below `parent`, or below the span that the event brings with
   * it. Undefined where there is nothing to be below, or nobody wants to know.
   */
  open(event: Opening, parent: Span | undefined): Span | undefined {
    const span = this.#start(event, parent);
    return span !== undefined && span.isRecording() && isSpanContextValid(span.spanContext())
      ? span
      : undefined;
  }

  /** Writes what has happened into the span that it happened in, and ends the span if it is over. */
  note(event: SpeechEvent, span: Span): void {
    switch (event.type) {
      case "session_ended":
        return end(span, event.close === "internal" ? "internal" : undefined, {
          close: event.close,
          message_count: event.commands,
          barge_in_count: event.bargeIns,
        });
      case "utterance_ended":
        return end(span, event.outcome === "failed" ? "nothing could be spoken" : undefined, {
          outcome: event.outcome,
          characters: event.characters,
          audio_ms: event.audioMs,
        });
      case "sentence_ended":
        return end(span, event.outcome === "failed" ? "it could not be spoken" : undefined, {
          outcome: event.outcome,
        });
      case "synthesis_ended":
        return end(span, event.outcome === "failed" ? errorOf(event) : undefined, {
          outcome: event.outcome,
          audio_ms: event.audioMs,
        });
      case "synthesis_first_chunk":
        return happen(span, "first_chunk", { after_ms: event.afterMs });
      case "first_audio":
        return happen(span, "first_audio", { after_ms: event.afterMs });
      case "underrun":
        return happen(span, "underrun", { gap_ms: event.gapMs, cause: event.cause });
      case "barge_in":
        return happen(span, "barge_in", {
          latency_ms: event.latencyMs,
          discarded_ms: event.discardedMs,
          utterances: event.utterances,
        });
      case "refused":
        return happen(span, "refused", { code: event.code });
    }
  }

  /** Runs `work` with `span` as the one that other libraries hang theirs below. */
  activate<T>(span: Span, work: () => T): T {
    return context.with(trace.setSpan(ROOT_CONTEXT, span), work);
  }

  #start(event: Opening, parent: Span | undefined): Span | undefined {
    const { sessionId } = event;
    switch (event.type) {
      case "session_started":
        return this.#tracer.startSpan("session", {
          kind: SpanKind.SERVER,
          attributes: named({ session_id: sessionId, dialect: event.dialect }),
        }, remoteContext(event.traceparent) ?? ROOT_CONTEXT);
      case "utterance_started": {
        const attributes = named({ session_id: sessionId, utterance_id: event.utteranceId });
        const remote = remoteContext(event.traceparent);
        if (remote === undefined) return this.#startBelow(parent, "utterance", attributes);
        const links = parent === undefined ? [] : [linkTo(parent)];
        return this.#tracer.startSpan(
          "utterance",
          { kind: SpanKind.SERVER, attributes, links },
          remote,
        );
      }
      case "sentence_taken":
        return this.#startBelow(parent, "sentence", {
          ...sentenceAttributes(event),
          ...named({ queue_wait_ms: event.waitMs, late_ms: event.lateMs }),
        });
      case "synthesis_started":
        return this.#startBelow(parent, "synthesis", {
          ...sentenceAttributes(event),
          ...named({ worker: event.worker }),
        });
    }
  }

  #startBelow(
    parent: Span | undefined,
    name: string,
    attributes: Attributes,
  ): Span | undefined {
    if (parent === undefined) return undefined;
    return this.#tracer.startSpan(name, { attributes }, trace.setSpan(ROOT_CONTEXT, parent));
  }
}

/** Ends a span, as an error if there is one. */
function end(span: Span, error: string | undefined, attributes: Attributes): void {
  span.setAttributes(named(attributes));
  if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
  span.end();
}

function happen(span: Span, name: string, attributes: Attributes): void {
  span.addEvent(name, named(attributes));
}

/** `worker` -> `syrinx.worker`, as OpenTelemetry wants what it does not know itself to be named. */
function named(attributes: Attributes): Attributes {
  const named: Attributes = {};
  for (const name in attributes) named[`${NAME}.${name}`] = attributes[name];
  return named;
}

function sentenceAttributes(
  { sessionId, utteranceId, index }: EventOf<"sentence_taken" | "synthesis_started">,
): Attributes {
  return named({ session_id: sessionId, utterance_id: utteranceId, sentence_index: index });
}

/** What went wrong; traces never carry spoken text. */
function errorOf({ error = "", text = "" }: EventOf<"synthesis_ended">): string {
  return withoutText(error, text);
}

/** The context of the span that a client has named. */
function remoteContext(traceparent: string | undefined): Context | undefined {
  const remote = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  return remote && trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true });
}

function linkTo(span: Span): Link {
  return { context: span.spanContext() };
}
