/**
 * One phone call: Twilio's end of a media stream, which a session speaks to.
 *
 * @module
 */

import type { EncodedAudio, Message, WireEvent } from "../../../dialects/dialect.ts";
import {
  clearMessage,
  markMessage,
  mediaMessage,
  type TwilioEvent,
} from "../../../dialects/twilio/media_stream.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { Session } from "../../../speech/session.ts";
import type { Outlet } from "../../outlet.ts";

/** Audio between two marks at least, in ms: how exactly the caller's position is known. */
const MARK_MS = 100;

/** Samples a millisecond: a call's audio is mu-law at 8 kHz. */
const SAMPLES_PER_MS = 8;

/** Options of {@linkcode Call}. */
export interface CallOptions {
  readonly callSid: string;
  readonly streamSid: string;
  readonly clock: Clock;
  /** Reaches Twilio. */
  readonly send: (message: string) => void;
  readonly bufferedBytes: () => number;
  /** No session speaks to it any more. */
  readonly onFree: () => void;
}

/** What the caller has heard when a mark comes back. */
interface Mark {
  readonly utteranceId: string;
  readonly playedMs: number;
}

/** A call that is connected. One session at a time speaks to it. */
export class Call implements Outlet {
  readonly callSid: string;
  readonly #options: CallOptions;
  /** Those on their way, by name. */
  readonly #marks = new Map<string, Mark>();
  #markCount = 0;
  #unmarkedMs = 0;
  /** The id of the utterance that audio belongs to: audio comes with its number only. */
  readonly #ids = new Map<number, string>();
  #isTaken = false;
  #session: Session | undefined;
  #tell: ((message: Message) => void) | undefined;
  /** Whether the session's client wants to hear the caller. */
  #sendsVoice = false;

  constructor(options: CallOptions) {
    this.#options = options;
    this.callSid = options.callSid;
  }

  get session(): Session | undefined {
    return this.#session;
  }

  get bufferedBytes(): number {
    return this.#options.bufferedBytes();
  }

  /** Takes it for one session; false while another one has it. */
  reserve({ sendsVoice }: { readonly sendsVoice: boolean }): boolean {
    if (this.#isTaken) return false;
    this.#isTaken = true;
    this.#sendsVoice = sendsVoice;
    return true;
  }

  attach(session: Session, tell: (message: Message) => void): void {
    this.#session = session;
    this.#tell = tell;
  }

  take(event: WireEvent): void {
    switch (event.type) {
      case "utterance_started":
        this.#ids.set(event.number, event.utteranceId);
        return;
      case "audio":
        return this.#play(event);
      case "barge_in":
        return this.#clear();
    }
  }

  detach(): void {
    if (!this.#isTaken) return;
    this.#clear();
    this.#isTaken = false;
    this.#session = this.#tell = undefined;
    this.#options.onFree();
  }

  /** Twilio tells something. */
  receive(event: TwilioEvent): void {
    switch (event.event) {
      case "mark":
        return this.#notePlayed(event.name);
      case "media":
        if (this.#sendsVoice) this.#tell?.(event.audio);
        return;
      case "dtmf":
        return this.#tell?.(JSON.stringify({ type: "dtmf", digit: event.digit }));
    }
  }

  /** The caller has hung up. */
  end(): void {
    this.#session?.end("finished");
  }

  #play({ bytes, samples, offsetMs, utteranceNumber }: EncodedAudio): void {
    const { send, streamSid } = this.#options;
    send(mediaMessage(streamSid, bytes));
    const audioMs = samples / SAMPLES_PER_MS;
    this.#unmarkedMs += audioMs;
    if (this.#unmarkedMs < MARK_MS) return;
    this.#unmarkedMs = 0;
    const utteranceId = this.#ids.get(utteranceNumber);
    if (utteranceId === undefined) return;
    const name = String(++this.#markCount);
    this.#marks.set(name, { utteranceId, playedMs: offsetMs + audioMs });
    send(markMessage(streamSid, name));
  }

  /** What is on its way to the caller's ear will not be heard; its marks come back all the same. */
  #clear(): void {
    const { send, streamSid } = this.#options;
    this.#marks.clear();
    this.#ids.clear();
    this.#unmarkedMs = 0;
    send(clearMessage(streamSid));
  }

  #notePlayed(name: string): void {
    const mark = this.#marks.get(name);
    if (mark === undefined) return;
    this.#marks.delete(name);
    this.#session?.execute({ type: "playback", ...mark }, this.#options.clock.now());
  }
}
