import type { Clock } from "../../../src/lib/clock.ts";
import {
  type Member,
  type MemberCapabilities,
  MemberError,
  type MemberErrorCode,
  type MemberHealth,
  type SynthesisCall,
} from "../../../src/backends/fleet/member.ts";
import type { AudioChunk, SynthesisRequest, Voice } from "../../../src/speech/backend.ts";
import { RATE, speak } from "./toy_engine.ts";

/** What goes wrong with one synthesis, after so many chunks. */
export type Fault =
  & { readonly after: number }
  & (
    | { readonly fail: MemberErrorCode; readonly retryAfterMs?: number }
    | { readonly stall: true }
    /** Not even an abort ends it. */
    | { readonly hang: true }
    | { readonly throws: unknown }
  );

/** Options of {@linkcode ScriptedMember}. */
export interface ScriptedMemberOptions {
  readonly clock: Clock;
  readonly address?: string;
  readonly capabilities?: Partial<MemberCapabilities>;
  readonly voices?: readonly string[];
  /** Audio of one chunk, in ms. */
  readonly chunkMs?: number;
  /** Time before the first chunk, and before each further one, in ms. */
  readonly firstMs?: number;
  readonly paceMs?: number;
  /** When words are told: with the chunk they begin in, or with the one after they have ended. */
  readonly words?: "with" | "late" | "first";
  /** Makes it another engine. */
  readonly stretch?: number;
  readonly fault?: (request: SynthesisRequest, call: number) => Fault | undefined;
  /** False: its process is not running yet. */
  readonly alive?: boolean;
}

/** Fails the first synthesis of a member, after so many chunks. */
export function failOnce(
  after: number,
  fail: MemberErrorCode = "unavailable",
): NonNullable<ScriptedMemberOptions["fault"]> {
  return (_, call) => call === 0 ? { after, fail } : undefined;
}

export function voiceNamed(id: string, sampleRate = RATE): Voice {
  return { id, description: `voice ${id}`, language: "en-US", sampleRate };
}

/** A member that dies, freezes and fails as it is told. */
export class ScriptedMember implements Member {
  readonly address: string;
  capabilitiesNow: MemberCapabilities;
  fault: (request: SynthesisRequest, call: number) => Fault | undefined;
  readonly requests: SynthesisRequest[] = [];
  readonly metadata: SynthesisCall["metadata"][] = [];
  /** Most calls at once that were not cancelled. */
  maxActive = 0;
  cancelled = 0;
  finished = 0;
  probes = 0;
  questions = 0;
  closed = 0;
  probeFails = false;
  firstMs: number;
  readonly #options: ScriptedMemberOptions;
  readonly #calls = new Set<AbortSignal>();
  #onHealth: (health: MemberHealth) => void = () => {};
  #health: MemberHealth = "unknown";
  #isAlive: boolean;
  /** Rejects when the process dies. */
  #life = Promise.withResolvers<never>();
  #thaw: PromiseWithResolvers<void> | undefined;

  constructor(options: ScriptedMemberOptions) {
    this.#options = options;
    this.address = options.address ?? "a:1";
    this.fault = options.fault ?? (() => undefined);
    this.firstMs = options.firstMs ?? 0;
    this.#isAlive = options.alive ?? true;
    this.#life.promise.catch(() => {});
    this.capabilitiesNow = {
      engine: "toy",
      voices: (options.voices ?? ["one"]).map((id) => voiceNamed(id)),
      maxConcurrent: 2,
      wordTimings: true,
      deterministic: true,
      ...options.capabilities,
    };
  }

  /** Calls that it has. */
  get active(): number {
    return this.#calls.size;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  connect(onHealth: (health: MemberHealth) => void): void {
    this.#onHealth = onHealth;
    if (this.#isAlive) this.setHealth("serving");
  }

  close(): void {
    this.closed++;
    this.#onHealth = () => {};
    this.#life.reject(new MemberError("unavailable", "closed"));
  }

  setHealth(health: MemberHealth): void {
    if (health === this.#health) return;
    this.#health = health;
    this.#onHealth(health);
  }

  /** What `kill -9` does. */
  die(): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.#life.reject(new MemberError("unavailable", `${this.address} is gone`));
    this.thaw();
    this.setHealth("unknown");
  }

  /** Starts it again. */
  revive(): void {
    if (this.#isAlive) return;
    this.#isAlive = true;
    this.#life = Promise.withResolvers();
    this.#life.promise.catch(() => {});
    this.setHealth("serving");
  }

  /** What SIGSTOP does: nobody is told. */
  freeze(): void {
    this.#thaw ??= Promise.withResolvers();
  }

  thaw(): void {
    this.#thaw?.resolve();
    this.#thaw = undefined;
  }

  async capabilities(signal: AbortSignal): Promise<MemberCapabilities> {
    this.questions++;
    await this.#answer(signal);
    return this.capabilitiesNow;
  }

  async probe(signal: AbortSignal): Promise<void> {
    this.probes++;
    await this.#answer(signal);
    if (this.probeFails) throw new MemberError("internal", "the probe failed");
  }

  async *synthesize(
    request: SynthesisRequest,
    { signal, metadata }: SynthesisCall,
  ): AsyncGenerator<AudioChunk, void, void> {
    const fault = this.fault(request, this.requests.length);
    this.requests.push(request);
    this.metadata.push(metadata);
    this.#calls.add(signal);
    const wanted = [...this.#calls].filter((signal) => !signal.aborted);
    this.maxActive = Math.max(this.maxActive, wanted.length);
    let isOver = false;
    try {
      await this.#answer(signal);
      const chunks = this.#chunksOf(request);
      for (const [index, chunk] of chunks.entries()) {
        if (fault?.after === index) await this.#act(fault, signal);
        await this.#pass(index === 0 ? this.firstMs : this.#options.paceMs ?? 0, signal);
        yield chunk;
      }
      if (fault !== undefined && fault.after >= chunks.length) await this.#act(fault, signal);
      this.finished++;
      isOver = true;
    } finally {
      this.#calls.delete(signal);
      if (!isOver && signal.aborted) this.cancelled++;
    }
  }

  async #act(fault: Fault, signal: AbortSignal): Promise<void> {
    if ("throws" in fault) throw fault.throws;
    if ("hang" in fault) await new Promise(() => {});
    if ("stall" in fault) await Promise.race([aborted(signal), this.#life.promise]);
    if ("fail" in fault) {
      const { retryAfterMs } = fault;
      const options = retryAfterMs === undefined ? {} : { retryAfterMs };
      throw new MemberError(fault.fail, `${fault.fail} as told`, options);
    }
  }

  /** Lets time pass, and waits for as long as the process is frozen. */
  async #pass(ms: number, signal: AbortSignal): Promise<void> {
    if (ms > 0) {
      const time = Promise.withResolvers<void>();
      const cancel = this.#options.clock.after(ms, time.resolve);
      try {
        await Promise.race([time.promise, aborted(signal), this.#life.promise]);
      } finally {
        cancel();
      }
    }
    await this.#answer(signal);
  }

  async #answer(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#isAlive) throw new MemberError("unavailable", `${this.address} is not there`);
    while (this.#thaw !== undefined) {
      await Promise.race([this.#thaw.promise, aborted(signal), this.#life.promise]);
    }
    await Promise.race([undefined, this.#life.promise]);
  }

  #chunksOf({ text }: SynthesisRequest): AudioChunk[] {
    const { chunkMs = 50, words: when = "with", stretch = 1 } = this.#options;
    const { pcm, words } = speak(text, stretch);
    const knows = this.capabilitiesNow.wordTimings;
    const chunks: AudioChunk[] = [];
    let told = 0;
    for (let from = 0; from < pcm.length; from += chunkMs) {
      const until = from + chunkMs;
      const known = words.filter(({ startMs, endMs }) =>
        when === "first" || (when === "with" ? startMs < until : endMs < from)
      );
      const news = knows ? known.slice(told) : [];
      told += news.length;
      const piece = pcm.slice(from, until);
      chunks.push(news.length > 0 ? { pcm: piece, words: news } : { pcm: piece });
    }
    if (knows && told < words.length) {
      chunks.push({ pcm: new Int16Array(0), words: words.slice(told) });
    }
    return chunks;
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
