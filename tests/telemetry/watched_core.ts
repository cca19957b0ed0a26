import { assert, assertEquals } from "@std/assert";
import {
  type Attributes,
  type AttributeValue,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
  trace,
  type Tracer as OpenTelemetryTracer,
} from "@opentelemetry/api";
import type { Script } from "../../src/backends/scripted.ts";
import type { SpeechEvent } from "../../src/speech/events.ts";
import { Scopes } from "../../src/telemetry/scopes.ts";
import { Tracer } from "../../src/telemetry/tracer.ts";
import { Core } from "../helpers/core.ts";

/** A span that keeps what it is told. */
export class FakeSpan implements Span {
  readonly attributes: Attributes = {};
  readonly events: [string, unknown][] = [];
  readonly links: readonly Link[];
  status: SpanStatus | undefined;
  ends = 0;
  readonly name: string;
  readonly parent: SpanContext | undefined;
  readonly isKept: boolean;
  readonly #spanContext: SpanContext;

  constructor(
    number: number,
    name: string,
    options: SpanOptions,
    parent: SpanContext | undefined,
    isKept: boolean,
  ) {
    const hex = number.toString(16);
    const traceId = parent?.traceId ?? hex.padStart(32, "0");
    this.#spanContext = { traceId, spanId: hex.padStart(16, "0"), traceFlags: 1 };
    this.name = name;
    this.parent = parent;
    this.isKept = isKept;
    this.links = options.links ?? [];
    this.setAttributes(options.attributes ?? {});
  }

  spanContext(): SpanContext {
    return this.#spanContext;
  }

  setAttribute(name: string, value: AttributeValue): this {
    assert(this.ends === 0, `${this.name} was told ${name} after its end`);
    this.attributes[name] = value;
    return this;
  }

  setAttributes(attributes: Attributes): this {
    for (const [name, value] of Object.entries(attributes)) this.setAttribute(name, value!);
    return this;
  }

  addEvent(name: string, attributes?: unknown): this {
    this.events.push([name, attributes]);
    return this;
  }

  addLink(): this {
    throw new Error("unused");
  }

  addLinks(): this {
    throw new Error("unused");
  }

  setStatus(status: SpanStatus): this {
    this.status = status;
    return this;
  }

  updateName(): this {
    throw new Error("unused");
  }

  end(): void {
    this.ends++;
  }

  isRecording(): boolean {
    return this.isKept;
  }

  recordException(): void {
    throw new Error("unused");
  }
}

/** Options of {@linkcode Watched}. */
export interface WatchedOptions {
  readonly script?: Script;
  /** Whether the provider keeps spans. */
  readonly keep?: boolean;
  /** Told of every event, in its scope. */
  readonly tell?: (event: SpeechEvent) => void;
}

/** A provider's tracer that keeps all spans, and a core that it watches. */
export class Watched {
  readonly spans: FakeSpan[] = [];
  readonly scopes: Scopes;
  readonly core: Core;

  constructor(options: WatchedOptions = {}) {
    const { script, keep = true, tell = () => {} } = options;
    const tracer: OpenTelemetryTracer = {
      startSpan: (name: string, options: SpanOptions = {}, context?: Context) => {
        const parent = context && trace.getSpanContext(context);
        const span = new FakeSpan(this.spans.length + 1, name, options, parent, keep);
        this.spans.push(span);
        return span;
      },
      startActiveSpan: () => {
        throw new Error("unused");
      },
    };
    this.scopes = new Scopes({ tracer: new Tracer(tracer) });
    this.core = new Core({
      workers: 1,
      ...(script === undefined ? {} : { script }),
      surround: (tellCore) =>
        this.scopes.surround((event) => {
          tellCore(event);
          tell(event);
        }),
      around: this.scopes.around,
    });
  }

  of(name: string): FakeSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  /** Each span ended once, and nothing is remembered. */
  assertOver(): void {
    for (const { name, ends } of this.spans) assertEquals(ends, 1, `${name}: ${ends} ends`);
    assertEquals(this.scopes.size, 0);
  }
}
