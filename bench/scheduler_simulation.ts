/**
 * Conversations in simulated time over the server's own `Scheduler`: events instead of waiting.
 *
 * @module
 */

import { Heap } from "../src/lib/heap.ts";
import { ANYONE } from "../src/speech/fair_queue.ts";
import { Scheduler, type SentenceSource } from "../src/speech/scheduler.ts";
import { drawTurn, type Random, randomOf, type Turn } from "./scheduler_mix.ts";
import { type OtherOrder, Reordered } from "./scheduler_order.ts";
import { type Heard, type SimulatedJob, SimulatedSession } from "./scheduler_session.ts";

/** What is simulated. */
export interface SimulationOptions {
  /** @default {"deadline"} */
  readonly order?: OtherOrder | "deadline";
  /** By session: whom it belongs to, from 0. */
  readonly owners: readonly number[];
  /** Whether the scheduler tells owners apart. */
  readonly hasTenants: boolean;
  readonly workers: number;
  /** Utterances to be heard or interrupted before it stops. */
  readonly utterances: number;
  readonly seed: number;
  /** Told of each utterance that has ended. */
  readonly onHeard: (owner: number, heard: Heard) => void;
}

/** What it took. */
export interface SimulationResult {
  /** Simulated time, ms. */
  readonly ms: number;
  /** Time of workers, ms. */
  readonly workMs: number;
}

/** Something that will happen. */
interface SimulatedEvent {
  readonly at: number;
  heapIndex: number;
  readonly happen: () => void;
}

/** A session and what keeps it going. */
interface Place {
  readonly session: SimulatedSession;
  /** The session as the scheduler sees it. */
  readonly source: SentenceSource;
  readonly random: Random;
  turn: Turn;
  /** The one event that looks again for room; moved, never doubled. */
  room: SimulatedEvent | undefined;
  /** Gives back the workers that speak for it. */
  readonly running: Set<() => void>;
}

/** Runs it. */
export function simulate(options: SimulationOptions): Promise<SimulationResult> {
  return new Simulation(options).run();
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #scheduler: Scheduler;
  readonly #events = new Heap<SimulatedEvent>((a, b) => a.at < b.at);
  readonly #places = new Map<SimulatedSession, Place>();
  readonly #stop = new AbortController();
  #now = 0;
  #workMs = 0;
  #ended = 0;
  /** Workers whose promise of a sentence has not been kept yet. */
  #idle = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#scheduler = new Scheduler({ clock: { now: () => this.#now }, maxQueueDepth: Infinity });
  }

  async run(): Promise<SimulationResult> {
    const { owners, workers, utterances, seed } = this.#options;
    for (let worker = 0; worker < workers; worker++) this.#hire();
    owners.forEach((owner, index) => this.#connect(owner, seed + index));
    while (this.#ended < utterances) {
      const event = this.#events.peek()!;
      this.#events.remove(event);
      this.#now = event.at;
      event.happen();
      // What the scheduler hands out comes with a promise.
      if (this.#idle > 0 || this.#scheduler.depth > 0) await undefined;
    }
    this.#stop.abort();
    return { ms: this.#now, workMs: this.#workMs };
  }

  #after(ms: number, happen: () => void): SimulatedEvent {
    const event = { at: this.#now + ms, heapIndex: -1, happen };
    this.#events.put(event);
    return event;
  }

  #connect(owner: number, seed: number): void {
    const { order = "deadline", hasTenants } = this.#options;
    const now = () => this.#now;
    const tenant = hasTenants ? { id: `${owner}`, weight: 1 } : ANYONE;
    const session = new SimulatedSession({ tenant, owner, now });
    const source = order === "deadline" ? session : new Reordered(session, order, now);
    const random = randomOf(seed * 7919);
    const turn = drawTurn(random);
    const place: Place = {
      session,
      source,
      random,
      turn,
      room: undefined,
      running: new Set(),
    };
    // Conversations do not begin all at once.
    this.#after(random() * 20_000, () => this.#begin(place));
    this.#places.set(session, place);
  }

  #begin(place: Place): void {
    const { session, turn } = place;
    session.begin(turn);
    const { utterance } = session;
    for (const { writtenMs } of turn.sentences) {
      this.#after(writtenMs, () => {
        if (session.utterance !== utterance) return;
        session.write();
        this.#offer(place);
      });
    }
  }

  /** Tells the scheduler what has changed, and looks again when there will be room. */
  #offer(place: Place): void {
    const { session, source } = place;
    this.#scheduler.update(source);
    if (place.room !== undefined) this.#events.remove(place.room);
    place.room = undefined;
    if (session.eligible > 0) return;
    const { roomAt } = session;
    if (roomAt === undefined) return;
    place.room = this.#after(Math.max(0, roomAt - this.#now), () => this.#offer(place));
  }

  #hire(): void {
    this.#idle++;
    this.#scheduler.next(this.#stop.signal).then(
      (job) => {
        this.#idle--;
        this.#speak(job as SimulatedJob);
      },
      () => {},
    );
  }

  #speak(job: SimulatedJob): void {
    const { session, plan, utterance, index } = job;
    const place = this.#places.get(session)!;
    const startedAt = this.#now;
    if (session.utterance !== utterance) return this.#hire();
    const release = () => {
      if (!place.running.delete(release)) return;
      this.#workMs += this.#now - startedAt;
      this.#hire();
    };
    place.running.add(release);
    this.#after(plan.firstChunkMs, () => {
      if (session.utterance === utterance) this.#hear(place, index);
    });
    this.#after(plan.serviceMs, release);
    // Its being taken may have made its session full.
    if (session.eligible === 0) this.#offer(place);
  }

  #hear(place: Place, index: number): void {
    const { session, turn } = place;
    const { utterance } = session;
    const end = () => {
      if (session.utterance === utterance) this.#end(place);
    };
    session.ready(index);
    if (index === 0 && turn.interruptedAfterMs !== Infinity) {
      this.#after(turn.interruptedAfterMs, end);
    }
    if (session.isSpoken) this.#after(session.dryAt - this.#now, end);
    this.#offer(place);
  }

  #end(place: Place): void {
    const { session, random } = place;
    this.#ended++;
    this.#options.onHeard(session.owner, session.heard);
    session.end();
    this.#offer(place);
    // An interruption frees its workers at once.
    for (const release of [...place.running]) release();
    place.turn = drawTurn(random);
    this.#after(place.turn.thinkMs, () => this.#begin(place));
  }
}
