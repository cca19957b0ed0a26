/**
 * A TTS worker, `tts.v1.TextToSpeech` at one address, as a member of a fleet.
 *
 * @module
 */

import { ChannelCredentials } from "@grpc/grpc-js";
import type { GetCapabilitiesResponse } from "../../grpc/gen/tts/v1/tts_pb.ts";
import { requestMessage, voiceOfMessage } from "../../grpc/mapping.ts";
import type { Clock } from "../../lib/clock.ts";
import type { AudioChunk, SynthesisRequest } from "../../speech/backend.ts";
import {
  type Member,
  type MemberCapabilities,
  MemberError,
  type MemberHealth,
  type SynthesisCall,
} from "../fleet/member.ts";
import { delay } from "../../lib/wait.ts";
import { memberErrorOf } from "./errors.ts";
import { checkHealth, watchHealth } from "./health.ts";
import { SpeechReader } from "./speech_reader.ts";
import { Wire } from "./wire.ts";

/** Options of {@linkcode createGrpcMember}. */
export interface GrpcMemberOptions {
  /** `host:port`. */
  readonly address: string;
  readonly clock: Clock;
  /**
   * As `clientCredentials` makes them.
   * @default {plain text}
   */
  readonly credentials?: ChannelCredentials;
  /** The name that the worker's certificate is for, where the address is an IP address. */
  readonly serverName?: string;
  /**
   * Told why the worker does not serve, once until it does; must be quick and must not throw. That
   * it says so itself is no trouble.
   */
  readonly onTrouble?: (error: MemberError) => void;
}

/** Pause after a connection that was lost or not made, in ms; doubles while none is made. */
const FIRST_PAUSE_MS = 100;

/** Longest such pause, in ms. */
const MAX_PAUSE_MS = 1_000;

/** A worker at an address. Nothing is connected yet. */
export function createGrpcMember(options: GrpcMemberOptions): Member {
  return new GrpcMember(options);
}

class GrpcMember implements Member {
  readonly address: string;
  readonly #clock: Clock;
  readonly #openWire: () => Wire;
  readonly #onTrouble: (error: MemberError) => void;
  readonly #closed = new AbortController();
  /** Sample rates of the voices, in Hz. */
  readonly #rates = new Map<string, number>();
  #wire: Wire;
  #health: MemberHealth = "unknown";

  constructor(options: GrpcMemberOptions) {
    const { credentials = ChannelCredentials.createInsecure() } = options;
    this.address = options.address;
    this.#clock = options.clock;
    this.#onTrouble = options.onTrouble ?? (() => {});
    this.#openWire = () => new Wire({ ...options, credentials });
    this.#wire = this.#openWire();
  }

  connect(onHealth: (health: MemberHealth) => void): void {
    void this.#stayConnected((health) => {
      if (health === this.#health || this.#closed.signal.aborted) return;
      this.#health = health;
      onHealth(health);
    });
  }

  close(): void {
    this.#closed.abort(new MemberError("unavailable", `${this.address} is closed`));
    this.#wire.retire();
  }

  async capabilities(signal: AbortSignal): Promise<MemberCapabilities> {
    let answer: GetCapabilitiesResponse;
    try {
      answer = await this.#wire.tts.getCapabilities({ signal });
    } catch (error) {
      throw signal.aborted ? signal.reason : memberErrorOf(error);
    }
    const voices = answer.voices.map(voiceOfMessage);
    for (const { id, sampleRate } of voices) this.#rates.set(id, sampleRate);
    const { engine, maxConcurrentSyntheses: maxConcurrent, wordTimings, deterministic } = answer;
    return { engine, voices, maxConcurrent, wordTimings, deterministic };
  }

  probe(signal: AbortSignal): Promise<void> {
    return checkHealth(this.#wire, signal);
  }

  async *synthesize(
    request: SynthesisRequest,
    { signal, metadata = {} }: SynthesisCall,
  ): AsyncGenerator<AudioChunk, void, void> {
    const sampleRate = this.#rates.get(request.voice);
    if (sampleRate === undefined) {
      throw new MemberError("not_found", `${this.address} has no voice ${request.voice}`);
    }
    const reader = new SpeechReader(sampleRate);
    const message = requestMessage(request, [sampleRate]);
    const stop = AbortSignal.any([signal, this.#closed.signal]);
    const wire = this.#wire;
    wire.take();
    try {
      for await (const news of wire.tts.synthesize(message, { signal: stop, metadata })) {
        const chunk = reader.read(news);
        if (chunk !== undefined) yield chunk;
      }
      reader.end();
    } catch (error) {
      throw stop.aborted ? stop.reason : memberErrorOf(error);
    } finally {
      wire.release();
    }
  }

  async #stayConnected(onHealth: (health: MemberHealth) => void): Promise<void> {
    const { signal } = this.#closed;
    let pauseMs = FIRST_PAUSE_MS;
    let isTold = false;
    while (!signal.aborted) {
      const watch = watchHealth({
        wire: this.#wire,
        clock: this.#clock,
        signal,
        onHealth(health) {
          pauseMs = FIRST_PAUSE_MS;
          isTold = false;
          onHealth(health);
        },
      });
      await watch.catch((error) => {
        onHealth("unknown");
        if (!isTold && !signal.aborted) this.#onTrouble(memberErrorOf(error));
        isTold = true;
      });
      await delay(this.#clock, pauseMs, signal).catch(() => {});
      if (signal.aborted) return;
      pauseMs = Math.min(MAX_PAUSE_MS, 2 * pauseMs);
      this.#wire.retire();
      this.#wire = this.#openWire();
    }
  }
}
