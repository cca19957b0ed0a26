/**
 * A backend made of many: members at other addresses, of which any may die.
 *
 * A sentence goes to the member with the least to do. When that one fails, stalls or goes away the
 * sentence goes on at another, from where its audio stopped; when none is there it waits.
 *
 * @module
 */

import { voiceOf } from "../engines/engine.ts";
import type { Clock } from "../lib/clock.ts";
import type { AudioChunk, Backend, SynthesisRequest, Voice } from "../speech/backend.ts";
import type { OnFleetEvent } from "./fleet/events.ts";
import { Failover, type FleetParts } from "./fleet/failover.ts";
import type { Link, MemberStats } from "./fleet/link.ts";
import { type Member, MemberError, type SynthesisCall } from "./fleet/member.ts";
import { RetryBudget } from "./fleet/retry_budget.ts";
import { type AddressSource, Roster } from "./fleet/roster.ts";
import { Seats } from "./fleet/seats.ts";
import { defaultFleetSettings, type FleetSettings } from "./fleet/settings.ts";
import { VoiceCatalogue } from "./fleet/voice_catalogue.ts";
import { delay } from "../lib/wait.ts";

export type { BreakerState } from "./fleet/breaker.ts";
export type * from "./fleet/events.ts";
export type { MemberStats } from "./fleet/link.ts";
export * from "./fleet/member.ts";
export { type AddressSource, fixedAddresses } from "./fleet/roster.ts";
export { defaultFleetSettings, type FleetSettings } from "./fleet/settings.ts";

/** Options of {@linkcode createFleet}. */
export interface FleetOptions {
  /** Where the members are; the first one's first voice is the default. */
  readonly source: AddressSource;
  /** Makes the member at an address; called once for each, until it has left the source. */
  readonly open: (address: string) => Member;
  readonly clock: Clock;
  /** @default {defaultFleetSettings} */
  readonly settings?: Partial<FleetSettings>;
  /** Told what happens; must be quick and must not throw. */
  readonly onEvent?: OnFleetEvent;
  /** Ends the wait for a first member. */
  readonly signal?: AbortSignal;
  /**
   * A number from 0 to 1, by which the probes of many servers are spread.
   * @default {Math.random}
   */
  readonly random?: () => number;
}

/** See the module. */
export class FleetBackend implements Backend {
  readonly #roster: Roster;
  readonly #catalogue = new VoiceCatalogue();
  readonly #parts: FleetParts;
  readonly #capacityListeners = new Set<(capacity: number) => void>();
  /** Sentences being spoken or waiting. */
  readonly #running = new Set<AbortController>();
  #capacity = 0;
  #onAnyChange = () => {};
  #closedBecause: MemberError | undefined;

  /** Use {@linkcode createFleet}. */
  constructor(options: FleetOptions) {
    const { clock, random = Math.random, onEvent = () => {} } = options;
    const settings = { ...defaultFleetSettings, ...options.settings };
    const links = () => this.#roster.links();
    const budget = new RetryBudget({
      clock,
      ratio: settings.retryRatio,
      perSecond: settings.retriesPerSecond,
      burst: () => Math.max(settings.retryBurst, sumOf(links(), ({ load }) => load.limit)),
    });
    this.#parts = {
      clock,
      settings,
      seats: new Seats({ ...settings, clock, links }),
      budget,
      onEvent,
    };
    this.#roster = new Roster({
      source: options.source,
      open: options.open,
      link: {
        clock,
        settings,
        random,
        onEvent,
        admitVoices: (link, voices) => this.#admit(link, voices),
        onChange: () => this.#membersChanged(),
      },
    });
  }

  /** The voices of all members that were ever there; the first one is the default. */
  get voices(): readonly Voice[] {
    return this.#catalogue.voices;
  }

  /** Syntheses that the members in use take at the same time. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Sentences that wait for a member. */
  get waiting(): number {
    return this.#parts.seats.waiting;
  }

  /**
   * Calls back with the capacity whenever it is another one.
   *
   * @returns what ends that.
   */
  onCapacity(callback: (capacity: number) => void): () => void {
    this.#capacityListeners.add(callback);
    return () => void this.#capacityListeners.delete(callback);
  }

  /** Numbers of every member, also of those that only finish what they have. */
  stats(): readonly MemberStats[] {
    return [...this.#roster.links()].map((link) => link.stats());
  }

  /**
   * Speaks one sentence. A stream that is no longer read is cancelled like one whose signal aborts.
   *
   * @param options.metadata goes to the members with the request.
   * @throws {RangeError} for a voice that no member ever had.
   * @throws {MemberError} saying how the last member failed that could be tried, or that the fleet
   * is closed.
   * @throws the signal's reason, at once when it aborts.
   */
  async *synthesize(
    request: SynthesisRequest,
    options: SynthesisCall,
  ): AsyncGenerator<AudioChunk, void, void> {
    const { signal, metadata } = options;
    if (this.#closedBecause !== undefined) throw this.#closedBecause;
    const voice = voiceOf(this.voices, request.voice);
    signal.throwIfAborted();
    const stop = new AbortController();
    const onAbort = () => stop.abort(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    this.#running.add(stop);
    try {
      yield* new Failover(this.#parts, { request, voice, metadata, signal: stop.signal }).run();
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.#running.delete(stop);
    }
  }

  /**
   * Connects, and waits for the members; see {@linkcode createFleet}.
   *
   * @throws {Error} or the signal's reason; the fleet is closed then.
   */
  async start(signal: AbortSignal): Promise<void> {
    const { startTimeoutMs, startGraceMs } = this.#parts.settings;
    this.#roster.start();
    try {
      const isAnyUp = () => this.#links().some((link) => link.isUp);
      if (!await this.#waitUntil(isAnyUp, startTimeoutMs, signal)) {
        const addresses = this.#links().map(({ address }) => address).join(", ");
        throw new Error(`no backend answered for ${startTimeoutMs} ms: ${addresses}`);
      }
      const areAllUp = () => this.#links().every((link) => link.isUp);
      await this.#waitUntil(areAllUp, startGraceMs, signal);
    } catch (error) {
      await this.close();
      throw error;
    }
    const inOrder = this.#links().flatMap(({ capabilities }) => capabilities?.voices ?? []);
    this.#catalogue.putFirst(inOrder);
  }

  /** Ends all connections. Sentences being spoken or waiting fail; later ones are refused. */
  async close(): Promise<void> {
    const reason = this.#closedBecause ??= new MemberError("unavailable", "the fleet is closed");
    for (const stop of this.#running) stop.abort(reason);
    await this.#roster.close();
  }

  #links(): Link[] {
    return [...this.#roster.links()];
  }

  /** Waits until it holds; false when the time is over first. */
  async #waitUntil(holds: () => boolean, ms: number, signal: AbortSignal): Promise<boolean> {
    const enough = new AbortController();
    const onAbort = () => enough.abort();
    signal.throwIfAborted();
    signal.addEventListener("abort", onAbort, { once: true });
    let hasHeld = false;
    this.#onAnyChange = () => {
      if (!holds()) return;
      hasHeld = true;
      enough.abort();
    };
    this.#onAnyChange();
    try {
      await delay(this.#parts.clock, ms, enough.signal).catch(() => {});
      signal.throwIfAborted();
      return hasHeld;
    } finally {
      this.#onAnyChange = () => {};
      signal.removeEventListener("abort", onAbort);
    }
  }

  #admit(link: Link, voices: readonly Voice[]): ReadonlySet<string> {
    return this.#catalogue.admit(voices, ({ id, sampleRate }) =>
      this.#parts.onEvent({
        type: "voice_refused",
        backend: link.address,
        voice: id,
        sampleRate,
      }));
  }

  #membersChanged(): void {
    this.#parts.seats.membersChanged();
    this.#onAnyChange();
    const usable = this.#links().filter((link) => link.isUsable);
    const capacity = sumOf(usable, ({ load }) => load.limit);
    if (capacity === this.#capacity) return;
    this.#capacity = capacity;
    for (const listener of this.#capacityListeners) listener(capacity);
  }
}

/**
 * Connects to a fleet; resolves when a first member is there and the others have had their chance.
 *
 * @throws {Error} if no member answers in time, naming them; nothing is left then.
 * @throws the signal's reason when it aborts.
 */
export async function createFleet(options: FleetOptions): Promise<FleetBackend> {
  const fleet = new FleetBackend(options);
  await fleet.start(options.signal ?? new AbortController().signal);
  return fleet;
}

function sumOf<T>(items: Iterable<T>, value: (item: T) => number): number {
  let sum = 0;
  for (const item of items) sum += value(item);
  return sum;
}
