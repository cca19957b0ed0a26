import type { AudioChunk } from "../../src/speech/backend.ts";
import { type Script, ScriptedBackend, scriptedVoices } from "../../src/backends/scripted.ts";
import type { Record as Tell, SpeechEvent } from "../../src/speech/events.ts";
import type { SessionLimits } from "../../src/speech/limits.ts";
import { Scheduler } from "../../src/speech/scheduler.ts";
import { Session, type SessionContext } from "../../src/speech/session.ts";
import { TextAllowances } from "../../src/speech/text_allowance.ts";
import { Ticker } from "../../src/speech/ticker.ts";
import { Turns } from "../../src/speech/turns.ts";
import { Workload } from "../../src/speech/workload.ts";
import type { Command, SessionEnd, SessionEvent, SpeechSettings } from "../../src/speech/types.ts";
import { type Around, WorkerPool } from "../../src/speech/worker_pool.ts";
import { FakeClock, settle } from "./fake_clock.ts";

/** Limits for tests: roomy, and the same whatever the server's defaults become. */
export const testLimits: SessionLimits = {
  maxTextCharacters: 10_000,
  maxUtteranceCharacters: 200_000,
  maxPendingCharacters: 100_000,
  maxWaitMs: 600_000,
  maxOpenUtterances: 64,
  maxSentenceMs: 60_000,
  lookaheadSentences: 4,
  lookaheadMs: 10_000,
  stallMs: 500,
  idleTimeoutMs: 300_000,
  maxMessageMs: 100,
  maxBufferedBytes: 256 * 1024,
  maxBlockedMs: 10_000,
};

/** What a client is told of its connection's limits. */
export const connectionLimits = {
  maxMessageBytes: 131_072,
  maxMessagesPerSecond: 500,
  maxSessions: 1_000,
  maxSessionsPerAddress: 1_000,
  maxCharactersPerMinute: null,
  maxConnectionMs: null,
  handshakeTimeoutMs: null,
  maxHeaderBytes: 65_536,
};

/** Options of {@linkcode Core}. */
export interface CoreOptions {
  readonly workers?: number;
  readonly script?: Script;
  readonly limits?: Partial<SessionLimits>;
  readonly maxQueueDepth?: number;
  readonly chunkTimeoutMs?: number;
  readonly earlyFirstClause?: boolean;
  readonly charactersPerMinute?: number;
  readonly drainTakesNew?: boolean;
  readonly around?: Around;
  /** Wraps what the core tells its facts to. */
  readonly surround?: (tell: Tell) => Tell;
}

/** The whole core on a fake clock, over a scripted backend. */
export class Core {
  readonly clock = new FakeClock();
  readonly backend: ScriptedBackend;
  readonly scheduler: Scheduler;
  readonly pool: WorkerPool;
  readonly ticker: Ticker;
  readonly turns: Turns;
  readonly facts: SpeechEvent[] = [];
  /** Sentences that need no synthesis, by text. */
  readonly remembered = new Map<string, AudioChunk>();
  readonly context: SessionContext;
  /** Set by tests: whether sessions have to do with less. */
  isShortOfMemory = false;
  #sessions = 0;

  constructor(options: CoreOptions = {}) {
    const { clock } = this;
    const voices = scriptedVoices(16_000);
    this.backend = new ScriptedBackend({
      clock,
      voices,
      ...(options.script === undefined ? {} : { script: options.script }),
    });
    this.scheduler = new Scheduler({
      clock: this.clock,
      maxQueueDepth: options.maxQueueDepth ?? 1_000,
    });
    this.ticker = new Ticker(clock);
    this.turns = new Turns(clock, () => this.scheduler.hasListeners);
    const { around, surround = (tell) => tell } = options;
    const workload = new Workload(clock);
    const record = surround((event) => void this.facts.push(event));
    this.pool = new WorkerPool({
      size: options.workers ?? 2,
      scheduler: this.scheduler,
      backend: this.backend,
      clock,
      record,
      chunkTimeoutMs: options.chunkTimeoutMs ?? 10_000,
      ...(around === undefined ? {} : { around }),
    });
    this.context = {
      clock,
      ticker: this.ticker,
      turns: this.turns,
      scheduler: this.scheduler,
      workload,
      allowances: new TextAllowances(clock, options.charactersPerMinute ?? null),
      record,
      isShortOfMemory: () => this.isShortOfMemory,
      drainTakesNew: options.drainTakesNew ?? true,
      voices: new Set(voices.map((voice) => voice.id)),
      limits: { ...testLimits, ...options.limits },
      segmentation: { earlyFirstClause: options.earlyFirstClause ?? false },
      cleaning: {},
      recall: (request) => this.remembered.get(request.text),
      createResampler: () => undefined,
    };
    this.pool.start();
  }

  /** A client with a session at 16 kHz and frames of 20 ms. */
  connect(settings: Partial<SpeechSettings> = {}): TestClient {
    return new TestClient(this, `s${++this.#sessions}`, settings);
  }

  /** Facts of one type. */
  factsOf<T extends SpeechEvent["type"]>(type: T): Extract<SpeechEvent, { type: T }>[] {
    return this.facts.filter((fact) => fact.type === type) as Extract<SpeechEvent, { type: T }>[];
  }

  async stop(): Promise<void> {
    const stopped = this.pool.stop();
    await settle();
    await stopped;
  }
}

/** An event and when it came. */
export interface Received {
  readonly at: number;
  readonly event: SessionEvent;
}

/** A client without a socket. */
export class TestClient {
  readonly session: Session;
  readonly received: Received[] = [];
  /** What it takes to send a message of audio, in ms. */
  sendMs = 0;
  /** What the connection's send buffer pretends to hold. */
  bufferedBytes = 0;
  end: SessionEnd | undefined;
  /** Set by a test whose client has left without a word. */
  gone = false;
  readonly #core: Core;

  constructor(core: Core, id: string, settings: Partial<SpeechSettings>) {
    this.#core = core;
    // The sink is read through this, so that a test can fill the buffer.
    const bufferedBytes = () => this.bufferedBytes;
    this.session = new Session(core.context, {
      id,
      dialect: "test",
      settings: { voice: "one", speed: 1, lead: 300, words: false, ...settings },
      shape: { sampleRate: 16_000, frameSamples: 320, wholeFrames: false },
      sink: {
        send: (event) => {
          if (event.type === "audio") core.clock.spend(this.sendMs);
          this.received.push({ at: core.clock.now(), event });
        },
        get bufferedBytes() {
          return bufferedBytes();
        },
      },
      onEnd: (end) => void (this.end = end),
    });
  }

  send(command: Command): void {
    this.session.execute(command, this.#core.clock.now());
  }

  say(text: string, utteranceId?: string): void {
    this.send({
      type: "text",
      text,
      final: true,
      ...(utteranceId === undefined ? {} : { utteranceId }),
    });
  }

  write(text: string, utteranceId?: string): void {
    this.send({
      type: "text",
      text,
      final: false,
      ...(utteranceId === undefined ? {} : { utteranceId }),
    });
  }

  get events(): SessionEvent[] {
    return this.received.map(({ event }) => event);
  }

  of<T extends SessionEvent["type"]>(type: T): Extract<SessionEvent, { type: T }>[] {
    return this.events.filter((event) => event.type === type) as Extract<
      SessionEvent,
      { type: T }
    >[];
  }

  /** Audio received so far, in ms. */
  get audioMs(): number {
    return this.of("audio").reduce((sum, { pcm }) => sum + pcm.length / 16, 0);
  }
}
