/**
 * A listener being spoken to, over one connection after the other.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import type {
  AudioState,
  BargeInReport,
  Outcome,
  PlaybackStats,
  SayOptions,
  SayText,
  Session,
  SessionEvents,
  SessionInfo,
  SessionState,
  Utterance,
} from "./api.ts";
import { Connector, type SearchOptions } from "./connector.ts";
import { Conversation } from "./conversation.ts";
import type { CreatePlayback } from "./create_playback.ts";
import { Delivery, type LostHow } from "./delivery.ts";
import type { Emitter } from "./emitter.ts";
import { SyrinxError } from "./errors.ts";
import { feed } from "./feed.ts";
import type { Link } from "./link.ts";
import type { SessionStarted } from "./messages.ts";
import type { ConnectOptions } from "./options.ts";
import type { Playback } from "./playback.ts";
import { SpokenUtterance } from "./utterance.ts";

/** Options of {@linkcode SpokenSession}. */
export interface SpokenSessionOptions {
  readonly clock: Clock;
  readonly emitter: Emitter<SessionEvents>;
  readonly createPlayback: CreatePlayback;
  /** One attempt to connect again. */
  readonly dial: () => Promise<Link>;
  readonly reconnect: SearchOptions | undefined;
  readonly onAudio: ConnectOptions["onAudio"];
}

/** See the module. */
export class SpokenSession implements Session {
  readonly #options: SpokenSessionOptions;
  readonly #conversation: Conversation;
  readonly #playback: Playback;
  readonly #connector: Connector;
  #state: SessionState = "reconnecting";
  #delivery: Delivery | undefined;
  #greeting: SessionStarted | undefined;
  #isPaused = false;
  /** Whether the server was told to wait. */
  #isWaiting = false;
  #said = 0;

  constructor(options: SpokenSessionOptions) {
    this.#options = options;
    this.#conversation = new Conversation({
      clock: options.clock,
      emitter: options.emitter,
      onPosition: (utterance, part) => this.#delivery?.tellPosition(utterance, part),
      onOver: (utterance) => this.#delivery?.forget(utterance),
    });
    this.#playback = options.createPlayback({
      onPosition: (track, playedMs) => this.#conversation.notePosition(track, playedMs),
      onHeard: (track) => this.#conversation.noteHeard(track),
      onState: (state) => this.#noteAudio(state),
    });
    this.#connector = new Connector({
      ...options.reconnect,
      clock: options.clock,
      dial: options.dial,
      onLink: (link) => this.attach(link),
      onGiveUp: (error) => this.#giveUp(error),
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  get audioState(): AudioState {
    return this.#playback.state;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get info(): SessionInfo {
    const { session_id, voice, speed, encoding, sample_rate } = this.#greeting!;
    return { sessionId: session_id, voice, speed, encoding, sampleRate: sample_rate };
  }

  get stats(): PlaybackStats {
    const { bufferedMs, underruns } = this.#playback;
    return { bufferedMs, underruns };
  }

  on<Type extends keyof SessionEvents>(
    type: Type,
    listener: (event: SessionEvents[Type]) => void,
  ): () => void {
    return this.#options.emitter.on(type, listener);
  }

  say(text: SayText, options: SayOptions = {}): Utterance {
    if (this.#state === "closed") throw new SyrinxError("closed", "the session is closed");
    if (typeof text !== "string" && text?.[Symbol.asyncIterator] === undefined) {
      throw new SyrinxError("bad_option", "what is said is a string or an async iterable of them");
    }
    const { id = `say-${++this.#said}`, voice, speed } = options;
    if (this.#conversation.utterances.some((utterance) => utterance.id === id)) {
      throw new SyrinxError("bad_option", `${id} is being said already`);
    }
    const utterance = new SpokenUtterance(id, { voice, speed });
    this.#conversation.add(utterance);
    if (typeof text === "string") {
      utterance.append(text);
      utterance.finish();
      this.#advance(utterance);
    } else {
      void feed(utterance, text, {
        onText: () => this.#advance(utterance),
        onError: (error) => this.#options.emitter.emit("error", error),
      });
    }
    return utterance;
  }

  async bargeIn(only?: Utterance): Promise<BargeInReport> {
    const targets = this.#conversation.utterances.filter((one) =>
      only === undefined || one === only
    );
    const interrupted = this.#interrupt(targets, only !== undefined, "interrupted");
    this.resume();
    const latencyMs = await interrupted;
    const heard = await Promise.all(targets.map((utterance) => utterance.heard));
    return {
      utterances: targets,
      heardText: heard.map(({ text }) => text).join(""),
      unheardText: heard.map(({ unheardText }) => unheardText).join(""),
      latencyMs,
    };
  }

  pause(): void {
    if (this.#isPaused || this.#state === "closed") return;
    this.#isPaused = true;
    this.#playback.pause();
    this.#updateWaiting();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#playback.resume();
    this.#updateWaiting();
  }

  unlock(): Promise<void> {
    return this.#playback.unlock();
  }

  close(): Promise<void> {
    return this.#shutDown("interrupted");
  }

  /** Takes a connection. */
  attach(link: Link): void {
    const { clock, emitter, onAudio } = this.#options;
    this.#greeting = link.greeting;
    this.#isWaiting = false;
    const delivery = this.#delivery = new Delivery({
      link,
      clock,
      playback: this.#playback,
      conversation: this.#conversation,
      onAudio,
      onRefused: (utterance) => void this.#interrupt([utterance], true, "failed"),
      emit: (type, event) => emitter.emit(type, event),
      onLost: (how) => this.#lose(delivery, how),
    });
    this.#setState("open");
    this.#updateWaiting();
    link.attach(delivery);
    delivery.wake();
  }

  /**
   * Stops utterances: all, or the single one. Resolves when it is known what was heard of them, with
   * the ms that it took until the listener heard silence.
   */
  async #interrupt(
    targets: readonly SpokenUtterance[],
    isSingle: boolean,
    outcome: Outcome,
  ): Promise<number> {
    if (targets.length === 0) return 0;
    const { clock } = this.#options;
    const calledAt = clock.now();
    const delivery = this.#delivery;
    // State first: from this line on nothing of them is played, and no other text is sent.
    this.#conversation.stop(targets);
    delivery?.hold();
    const silentInMs = await this.#cut(targets);
    const latencyMs = clock.now() - calledAt + silentInMs;
    const answer = await delivery?.bargeIn(isSingle ? targets[0] : undefined);
    for (const utterance of targets) {
      this.#conversation.settle(utterance, outcome, delivery?.heardEnd(answer, utterance));
    }
    return latencyMs;
  }

  /** There may be something to send, or nothing more to do. */
  #advance(utterance: SpokenUtterance): void {
    this.#conversation.checkHeard(utterance);
    this.#delivery?.wake();
    this.#connectIfNeeded();
  }

  /** A session that the server let go is opened again when there is something to say. */
  #connectIfNeeded(): void {
    if (this.#state !== "idle" || this.#mustWait || !this.#conversation.hasUnsaid) return;
    this.#setState("reconnecting");
    this.#connector.start();
  }

  #lose(delivery: Delivery, { isIdle, wasOfUse }: LostHow): void {
    if (this.#delivery !== delivery) return;
    this.#delivery = undefined;
    for (const utterance of [...this.#conversation.utterances]) {
      const part = utterance.lose();
      if (part === undefined) continue;
      if (part.incomplete === undefined) this.#playback.end(part.track);
      else void this.#playback.cut([part.track], part.incomplete.offsetMs);
    }
    if (wasOfUse) this.#connector.reset();
    this.#setState(isIdle ? "idle" : "reconnecting");
    if (isIdle) this.#connectIfNeeded();
    else this.#connector.start();
  }

  /** While nothing can be heard, the server waits: nothing is lost. */
  get #mustWait(): boolean {
    return this.#isPaused || this.audioState !== "running";
  }

  #updateWaiting(): void {
    if (this.#mustWait !== this.#isWaiting && this.#delivery !== undefined) {
      this.#isWaiting = this.#mustWait;
      this.#delivery.send({ type: this.#isWaiting ? "pause" : "resume" });
    }
    this.#connectIfNeeded();
  }

  #noteAudio(state: AudioState): void {
    this.#updateWaiting();
    this.#options.emitter.emit("audio", state);
  }

  #giveUp(cause: unknown): void {
    const message = "the connection was lost, and there is no other";
    const error = new SyrinxError("connection_lost", message, { cause, fatal: true });
    this.#options.emitter.emit("error", error);
    void this.#shutDown("failed");
  }

  #cut(utterances: readonly SpokenUtterance[]): Promise<number> {
    const tracks = utterances.flatMap(({ parts }) => parts.map(({ track }) => track));
    return this.#playback.cut(tracks, 0);
  }

  async #shutDown(outcome: Outcome): Promise<void> {
    if (this.#state === "closed") return;
    this.#setState("closed");
    this.#connector.stop();
    this.#delivery?.close();
    const targets = [...this.#conversation.utterances];
    this.#conversation.stop(targets);
    await this.#cut(targets);
    for (const utterance of targets) this.#conversation.settle(utterance, outcome);
    await this.#playback.close();
  }

  #setState(state: SessionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.emitter.emit("state", state);
  }
}
