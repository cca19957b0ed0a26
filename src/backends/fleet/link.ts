/**
 * What a fleet knows of one member: whether it is there, what it can do, how it does.
 *
 * A member is up when it says that it serves and has answered what it can do. It has to answer that
 * again after it was away, and after it left a synthesis without an answer: what answers is there,
 * and whatever took its place at the address is known anew.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import type { Voice } from "../../speech/backend.ts";
import { Breaker, type BreakerState } from "./breaker.ts";
import type { DownReason, OnFleetEvent } from "./events.ts";
import { Load } from "./load.ts";
import { type Member, type MemberCapabilities, MemberError, type MemberHealth } from "./member.ts";
import type { FleetSettings } from "./settings.ts";
import { delay, withDeadline } from "../../lib/wait.ts";

/** Options of {@linkcode Link}. */
export interface LinkOptions {
  readonly clock: Clock;
  readonly settings: FleetSettings;
  readonly random: () => number;
  readonly onEvent: OnFleetEvent;
  /** Which of a member's voices the fleet uses: their ids. */
  readonly admitVoices: (link: Link, voices: readonly Voice[]) => ReadonlySet<string>;
  /** It is up or down, has room, or another state of the breaker. */
  readonly onChange: (link: Link) => void;
  /** It was retired and has no syntheses any more. */
  readonly onDrained: (link: Link) => void;
}

/** One member's numbers now. */
export interface MemberStats {
  readonly address: string;
  /** Whether it serves and answers. */
  readonly up: boolean;
  /** Syntheses it has. */
  readonly outstanding: number;
  /** Syntheses it takes at the same time; 0 until it has said so. */
  readonly limit: number;
  readonly breaker: BreakerState;
}

/** Pause after a first unanswered question, in ms; doubles with every further one. */
const FIRST_RETRY_MS = 100;

/** Longest such pause, in ms. */
const MAX_RETRY_MS = 2_000;

/** See the module. */
export class Link {
  readonly member: Member;
  readonly load: Load;
  /** As a count of choices, when it was last chosen: ties go to who has waited longest. */
  chosenAt = 0;
  readonly #options: LinkOptions;
  readonly #breaker: Breaker;
  #health: MemberHealth = "unknown";
  /** It has answered since it was last in doubt. */
  #hasAnswered = false;
  /** It was seen to be gone since it last answered. */
  #wasAway = false;
  #wasUp = false;
  #isRetired = false;
  #capabilities: MemberCapabilities | undefined;
  #voices: ReadonlySet<string> = new Set();
  /** Aborts the question that is being asked. */
  #asking: AbortController | undefined;

  constructor(member: Member, options: LinkOptions) {
    const { clock, settings, random, onEvent } = options;
    this.member = member;
    this.#options = options;
    this.load = new Load(clock, () => options.onChange(this));
    this.#breaker = new Breaker({
      clock,
      random,
      failures: settings.breakerFailures,
      ratio: settings.breakerRatio,
      openMs: settings.breakerOpenMs,
      maxOpenMs: settings.breakerMaxOpenMs,
      probe: (signal) => this.#ask(signal, (signal) => member.probe(signal)),
      onChange: (state) => {
        onEvent({ type: "breaker_changed", backend: this.address, state });
        options.onChange(this);
      },
    });
  }

  get address(): string {
    return this.member.address;
  }

  /** What it said last; undefined until it has. */
  get capabilities(): MemberCapabilities | undefined {
    return this.#capabilities;
  }

  /** Whether it serves and answers. */
  get isUp(): boolean {
    return this.#health === "serving" && this.#hasAnswered && !this.#isRetired;
  }

  /** Whether sentences may go there, as soon as it has room. */
  get isUsable(): boolean {
    return this.isUp && this.#breaker.state === "closed";
  }

  get isRetired(): boolean {
    return this.#isRetired;
  }

  hasVoice(id: string): boolean {
    return this.#voices.has(id);
  }

  /** Connects. */
  open(): void {
    this.member.connect((health) => this.#healthChanged(health));
  }

  /** No more sentences; the link is drained when those it has are done, at once if it has none. */
  retire(): void {
    this.#isRetired = true;
    this.#changed();
    if (this.load.outstanding === 0) this.#options.onDrained(this);
  }

  /** The member is wanted again before it was drained. */
  revive(): void {
    this.#isRetired = false;
    this.#changed();
    if (!this.#hasAnswered) this.check();
  }

  async close(): Promise<void> {
    this.#isRetired = true;
    this.#asking?.abort(new DOMException("the member is closed", "AbortError"));
    this.#breaker.close();
    this.load.close();
    this.#changed();
    await this.member.close();
  }

  take(): void {
    this.load.take();
  }

  release(): void {
    this.load.release();
    if (this.#isRetired && this.load.outstanding === 0) this.#options.onDrained(this);
  }

  /** Notes a synthesis that came to its end. */
  succeeded(): void {
    this.load.succeeded();
    void this.#breaker.succeeded();
  }

  /** Notes a synthesis that failed and is not released yet; resolves when it has taken effect. */
  async failed(error: MemberError): Promise<void> {
    if (error.code === "overloaded") this.load.refused(error.retryAfterMs);
    if (error.code === "not_found") this.check();
    if (error.code === "unavailable" || error.code === "timeout") this.#doubt();
    if (error.isFault) await this.#breaker.failed(error);
  }

  /** Asks what it can do; it is down only if it does not answer. */
  check(): void {
    if (this.#asking !== undefined || this.#health !== "serving" || this.#isRetired) return;
    const asking = this.#asking = new AbortController();
    this.#discover(asking.signal).finally(() => {
      if (this.#asking === asking) this.#asking = undefined;
    });
  }

  stats(): MemberStats {
    return {
      address: this.address,
      up: this.isUp,
      outstanding: this.load.outstanding,
      limit: this.load.limit,
      breaker: this.#breaker.state,
    };
  }

  /** It is down until it answers. */
  #doubt(): void {
    this.#hasAnswered = false;
    this.#changed();
    this.check();
  }

  #healthChanged(health: MemberHealth): void {
    if (health === this.#health) return;
    this.#health = health;
    this.#asking?.abort(new DOMException("the member's health changed", "AbortError"));
    this.#asking = undefined;
    this.#hasAnswered = false;
    this.#wasAway = true;
    this.#changed();
    this.check();
  }

  /** Asks until there is an answer. */
  async #discover(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    for (let pauseMs = FIRST_RETRY_MS;; pauseMs = Math.min(MAX_RETRY_MS, 2 * pauseMs)) {
      try {
        const answer = await this.#ask(signal, (signal) => this.member.capabilities(signal));
        if (!signal.aborted) this.#answered(answer);
        return;
      } catch {
        if (signal.aborted) return;
        this.#hasAnswered = false;
        this.#wasAway = true;
        this.#changed();
        await delay(clock, pauseMs, signal).catch(() => {});
      }
    }
  }

  #answered(capabilities: MemberCapabilities): void {
    this.#capabilities = capabilities;
    this.#voices = this.#options.admitVoices(this, capabilities.voices);
    this.load.setLimit(Math.max(1, capabilities.maxConcurrent));
    this.#hasAnswered = true;
    // One that was there all the time and fails gets no probe before its time.
    if (this.#wasAway) this.#breaker.probeNow();
    this.#wasAway = false;
    this.#changed();
  }

  #ask<T>(signal: AbortSignal, question: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, settings: { probeTimeoutMs } } = this.#options;
    return withDeadline({
      clock,
      signal,
      timeoutMs: probeTimeoutMs,
      error: () => new MemberError("timeout", `no answer came for ${probeTimeoutMs} ms`),
    }, question);
  }

  #changed(): void {
    const { onEvent, onChange } = this.#options;
    if (this.isUp !== this.#wasUp) {
      this.#wasUp = this.isUp;
      onEvent(this.isUp ? this.#upEvent() : this.#downEvent());
    }
    onChange(this);
  }

  #upEvent() {
    const { engine } = this.#capabilities!;
    return { type: "backend_up", backend: this.address, engine, limit: this.load.limit } as const;
  }

  #downEvent() {
    const health = this.#health === "serving" ? "unanswering" : this.#health;
    const reason: DownReason = this.#isRetired ? "removed" : health;
    return { type: "backend_down", backend: this.address, reason } as const;
  }
}
