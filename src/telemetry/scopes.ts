/**
 * Which session, request and span every fact belongs to. What one message of a client sets going is
 * done by many hands and later, so it is remembered here, by what the core's events say, and only
 * for as long as it goes on.
 *
 * @module
 */

import type { Record, SpeechEvent, SynthesisRef } from "../speech/events.ts";
import { currentContext, inContext, type LogContext, RequestIds } from "./context.ts";
import type { Opening, Span, Tracer } from "./tracer.ts";

/** What log lines about something say, and its span. */
interface Scope {
  readonly context: LogContext;
  readonly span: Span | undefined;
}

interface SessionScope extends Scope {
  readonly utterances: Map<string, UtteranceScope>;
}

interface UtteranceScope extends Scope {
  /** By index; from queued to ended. */
  readonly sentences: Map<number, Scope>;
}

/** Options of {@linkcode Scopes}. */
export interface ScopesOptions {
  /** Makes the spans; none without it. */
  readonly tracer?: Tracer | undefined;
}

/** The sessions, utterances, sentences and syntheses that are going on. */
export class Scopes {
  readonly #tracer: Tracer | undefined;
  readonly #requestIds = new RequestIds();
  readonly #sessions = new Map<string, SessionScope>();
  /** What each worker does, or did last. */
  readonly #workers: (Scope | undefined)[] = [];

  constructor(options: ScopesOptions = {}) {
    this.#tracer = options.tracer;
  }

  /** Sessions remembered. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Whom the core has to tell, so that `tell` finds the scope of each event. */
  surround(tell: Record): Record {
    return (event) => {
      this.#open(event);
      try {
        tell(event);
      } finally {
        this.#close(event);
      }
    };
  }

  /** Handles one message of a client: a request of its own. */
  message(sessionId: string, handle: () => void): void {
    const scope = this.#sessions.get(sessionId);
    const request_id = this.#requestIds.next();
    const context = scope === undefined
      ? { session_id: sessionId, request_id }
      : { ...scope.context, request_id };
    this.#run(context, scope?.span, handle);
  }

  /** Runs `work` in the session's scope, within the request that it is in, if that is its own. */
  inSession<T>(sessionId: string, work: () => T): T {
    if (currentContext()?.session_id === sessionId) return work();
    const scope = this.#sessions.get(sessionId);
    return this.#run(scope?.context ?? { session_id: sessionId }, scope?.span, work);
  }

  /** Runs `work`, which is about `event`, in its scope. */
  about<T>(event: SpeechEvent, work: () => T): T {
    const scope = this.#scopeOf(event);
    if (scope !== undefined && !("utterances" in scope)) {
      return this.#run(scope.context, scope.span, work);
    }
    return "sessionId" in event ? this.inSession(event.sessionId, work) : inContext({}, work);
  }

  /** Runs a synthesis in its scope; for the worker pool. */
  readonly around = (
    synthesis: SynthesisRef,
    synthesise: () => Promise<void>,
  ): Promise<void> => {
    const scope = this.#workers[synthesis.worker];
    return scope === undefined ? synthesise() : this.#run(scope.context, scope.span, synthesise);
  };

  /** The trace that an event belongs to; to be asked while it is being told. */
  traceIdOf(event: SpeechEvent): string | undefined {
    return this.#tracer && this.#scopeOf(event)?.context.trace_id;
  }

  #run<T>(context: LogContext, span: Span | undefined, work: () => T): T {
    const tracer = this.#tracer;
    if (tracer === undefined || span === undefined) return inContext(context, work);
    return tracer.activate(span, () => inContext(context, work));
  }

  /** Remembers what begins with an event. */
  #open(event: SpeechEvent): void {
    switch (event.type) {
      case "session_started":
        this.#sessions.set(event.sessionId, {
          ...this.#begin(event, undefined, { session_id: event.sessionId }),
          utterances: new Map(),
        });
        return;
      case "utterance_started": {
        const session = this.#sessions.get(event.sessionId);
        if (session === undefined) return;
        const context = { ...this.#requested(session.context), utterance_id: event.utteranceId };
        const scope = this.#begin(event, session, context);
        session.utterances.set(event.utteranceId, { ...scope, sentences: new Map() });
        return;
      }
      case "sentence_queued": {
        const utterance = this.#utteranceOf(event);
        utterance?.sentences.set(event.index, {
          context: this.#requested(utterance.context),
          span: undefined,
        });
        return;
      }
      case "sentence_taken": {
        const utterance = this.#utteranceOf(event);
        const sentence = utterance?.sentences.get(event.index);
        if (sentence === undefined || this.#tracer === undefined) return;
        utterance!.sentences.set(event.index, this.#begin(event, utterance, sentence.context));
        return;
      }
      case "synthesis_started": {
        const sentence = this.#utteranceOf(event)?.sentences.get(event.index);
        this.#workers[event.worker] = sentence && this.#begin(event, sentence, sentence.context);
        return;
      }
    }
  }

  /** Writes an event into its span, and forgets what is over. */
  #close(event: SpeechEvent): void {
    if (this.#tracer !== undefined) {
      const span = this.#scopeOf(event)?.span;
      if (span !== undefined) this.#tracer.note(event, span);
    }
    switch (event.type) {
      case "session_ended": {
        const session = this.#sessions.get(event.sessionId);
        session?.utterances.forEach((utterance) => {
          endSpans(utterance.sentences);
          utterance.span?.end();
        });
        this.#sessions.delete(event.sessionId);
        return;
      }
      case "utterance_ended": {
        endSpans(this.#utteranceOf(event)?.sentences);
        this.#sessions.get(event.sessionId)?.utterances.delete(event.utteranceId);
        return;
      }
      case "sentence_ended":
        this.#utteranceOf(event)?.sentences.delete(event.index);
        return;
    }
  }

  /** The scope of what has begun, whose log lines say `context`. */
  #begin(event: Opening, parent: Scope | undefined, context: LogContext): Scope {
    const span = this.#tracer?.open(event, parent?.span);
    if (span === undefined) return { context, span };
    const { traceId, spanId } = span.spanContext();
    return { context: { ...context, trace_id: traceId, span_id: spanId }, span };
  }

  /** `context` with the request that is being handled, if it is one of the same session. */
  #requested(context: LogContext): LogContext {
    const current = currentContext();
    const request_id = current?.request_id;
    if (request_id === undefined || current?.session_id !== context.session_id) return context;
    return request_id === context.request_id ? context : { ...context, request_id };
  }

  #utteranceOf(event: { sessionId: string; utteranceId: string }): UtteranceScope | undefined {
    return this.#sessions.get(event.sessionId)?.utterances.get(event.utteranceId);
  }

  /** What an event happened to. */
  #scopeOf(event: SpeechEvent): Scope | undefined {
    if ("worker" in event) return this.#workers[event.worker];
    if (!("sessionId" in event)) return undefined;
    if (!("utteranceId" in event)) return this.#sessions.get(event.sessionId);
    const utterance = this.#utteranceOf(event);
    return "index" in event ? utterance?.sentences.get(event.index) : utterance;
  }
}

/** Ends the spans of sentences whose end was never told. */
function endSpans(sentences: ReadonlyMap<number, Scope> | undefined): void {
  sentences?.forEach((sentence) => sentence.span?.end());
}
