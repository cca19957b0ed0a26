import { assertEquals } from "@std/assert";
import {
  type AddressSource,
  createFleet,
  type FleetBackend,
  type FleetEvent,
  type FleetSettings,
} from "../../../src/backends/fleet.ts";
import type { WordTiming } from "../../../src/speech/backend.ts";
import { settle } from "../../helpers/fake_clock.ts";
import { DeepClock } from "./deep_clock.ts";
import { ScriptedMember, type ScriptedMemberOptions } from "./scripted_member.ts";
import { speak } from "./toy_engine.ts";

export const TEXT = "The quick brown fox jumps over the lazy dog.";

/** A list of addresses that tests can change. */
export class TestSource implements AddressSource {
  subscribers = 0;
  #addresses: readonly string[];
  #callback = () => {};

  constructor(addresses: readonly string[]) {
    this.#addresses = addresses;
  }

  current(): readonly string[] {
    return this.#addresses;
  }

  onChange(callback: () => void): () => void {
    this.#callback = callback;
    this.subscribers++;
    return () => {
      this.#callback = () => {};
      this.subscribers--;
    };
  }

  change(...addresses: string[]): void {
    this.#addresses = addresses;
    this.#callback();
  }
}

/** Options of {@linkcode TestFleet.create}. */
export interface TestFleetOptions {
  /** One for each member; the addresses are `a:1`, `b:1`, ... */
  readonly members: readonly Omit<ScriptedMemberOptions, "clock" | "address">[];
  readonly settings?: Partial<FleetSettings>;
  /** See {@linkcode DeepClock}. */
  readonly rounds?: number;
}

/** A fleet of scripted members on a fake clock. */
export class TestFleet {
  readonly fleet: FleetBackend;
  readonly clock: DeepClock;
  readonly members: readonly ScriptedMember[];
  readonly source: TestSource;
  readonly events: FleetEvent[];

  private constructor(parts: Pick<TestFleet, "fleet" | "clock" | "members" | "source" | "events">) {
    this.fleet = parts.fleet;
    this.clock = parts.clock;
    this.members = parts.members;
    this.source = parts.source;
    this.events = parts.events;
  }

  /** Creates one; members that are not alive yet are not waited for. */
  static async create(options: TestFleetOptions): Promise<TestFleet> {
    const clock = new DeepClock(options.rounds);
    const members = options.members.map((member, index) =>
      new ScriptedMember({ ...member, clock, address: addressOf(index) })
    );
    const source = new TestSource(members.map(({ address }) => address));
    const events: FleetEvent[] = [];
    const creating = createFleet({
      source,
      open: (address) => members.find((member) => member.address === address)!,
      clock,
      random: () => 0.5,
      onEvent: (event) => void events.push(event),
      settings: { startGraceMs: 0, ...options.settings },
    });
    await clock.advanceAsync(0);
    return new TestFleet({ fleet: await creating, clock, members, source, events });
  }

  say(text = TEXT, options: { voice?: string; signal?: AbortSignal } = {}): Listening {
    return new Listening(this, text, options);
  }

  eventsOf<T extends FleetEvent["type"]>(type: T): Extract<FleetEvent, { type: T }>[] {
    return this.events.filter((event) => event.type === type) as Extract<FleetEvent, { type: T }>[];
  }

  /** Syntheses that each member has, by the fleet's count. */
  get outstanding(): number[] {
    return this.fleet.stats().map(({ outstanding }) => outstanding);
  }

  /** Closes it, and sees that nothing is left. */
  async close(): Promise<void> {
    await this.fleet.close();
    await settle();
    assertEquals(this.clock.pending, 0, "timers are left");
    assertEquals(this.fleet.stats(), []);
    assertEquals(this.fleet.waiting, 0);
    assertEquals(this.source.subscribers, 0);
  }
}

/** One sentence being listened to. */
export class Listening {
  readonly samples: number[] = [];
  readonly words: WordTiming[] = [];
  readonly done: Promise<void>;
  isOver = false;
  error: unknown;
  /** Clock time of the first audio. */
  firstAt: number | undefined;
  /** Longest time without news, from the start on, in ms. */
  longestGapMs = 0;
  endedAt = 0;
  readonly text: string;

  constructor(
    fixture: TestFleet,
    text: string,
    options: { voice?: string; signal?: AbortSignal } = {},
  ) {
    this.text = text;
    const { voice = "one", signal = new AbortController().signal } = options;
    this.done = this.#read(fixture, { text, voice, speed: 1 }, signal);
  }

  async #read(
    { fleet, clock }: TestFleet,
    request: { text: string; voice: string; speed: number },
    signal: AbortSignal,
  ): Promise<void> {
    let lastAt = clock.now();
    try {
      for await (const { pcm, words = [] } of fleet.synthesize(request, { signal })) {
        this.longestGapMs = Math.max(this.longestGapMs, clock.now() - lastAt);
        lastAt = clock.now();
        if (pcm.length > 0) this.firstAt ??= clock.now();
        this.samples.push(...pcm);
        this.words.push(...words);
      }
    } catch (error) {
      this.error = error;
    } finally {
      this.isOver = true;
      this.endedAt = clock.now();
    }
  }

  /** Fails unless the sentence came whole and sample for sample as it should. */
  assertExact(stretch = 1): void {
    if (this.error !== undefined) throw this.error;
    assertEquals(this.isOver, true, "the sentence is not over");
    const expected = speak(this.text, stretch);
    assertEquals(this.samples, [...expected.pcm]);
    assertEquals(this.words, [...expected.words]);
  }
}

function addressOf(index: number): string {
  return `${String.fromCharCode(97 + index)}:1`;
}
