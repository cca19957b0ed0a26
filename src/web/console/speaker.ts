/**
 * The page's one session: opened, opened again with other settings, and what is being said in it.
 *
 * @module
 */

import {
  type BargeInReport,
  connect,
  type ConnectOptions,
  type Session,
  type SessionEvents,
  type SyrinxError,
  type Utterance,
} from "../client/mod.ts";

/** What a person is told about the session. */
export type SpeakerState =
  | "connecting"
  | "ready"
  | "speaking"
  | "paused"
  | "reconnecting"
  | "blocked"
  | "lost"
  | "disconnected";

/** Options of {@linkcode Speaker}. */
export interface SpeakerOptions {
  readonly context: AudioContext;
  readonly destination: AudioNode;
  /** A new session is there. */
  readonly onSession: (session: Session) => void;
  readonly onState: (state: SpeakerState) => void;
  readonly onMessage: (event: SessionEvents["message"]) => void;
  readonly onError: (error: SyrinxError) => void;
}

/** What a session is opened with. */
export type SpeakerSettings = Required<Pick<ConnectOptions, "encoding">> & { token?: string };

/** See the module. */
export class Speaker {
  readonly #options: SpeakerOptions;
  readonly #active = new Set<Utterance>();
  #session: Session | undefined;
  /** Counts attempts, so that a late one does not take the place of a newer. */
  #attempt = 0;
  /** Utterances so far, over all sessions. */
  #said = 0;

  constructor(options: SpeakerOptions) {
    this.#options = options;
  }

  get session(): Session | undefined {
    return this.#session;
  }

  /** Whether something is being said. */
  get isBusy(): boolean {
    return this.#active.size > 0;
  }

  get state(): SpeakerState {
    const session = this.#session;
    if (session === undefined || session.state === "closed") return "disconnected";
    if (session.state === "reconnecting") return "reconnecting";
    if (session.audioState === "lost") return "lost";
    if (!this.isBusy) return "ready";
    if (session.audioState === "blocked") return "blocked";
    return session.isPaused ? "paused" : "speaking";
  }

  /** Opens a session; one that was open is closed when all of it was heard. Never throws. */
  async open({ encoding, token }: SpeakerSettings): Promise<void> {
    const { context, destination, onState, onSession, onMessage, onError } = this.#options;
    const attempt = ++this.#attempt;
    await Promise.all([...this.#active].map(({ heard }) => heard));
    if (attempt !== this.#attempt) return;
    onState("connecting");
    await this.#session?.close();
    try {
      const session = await connect("/", {
        encoding,
        audioContext: context,
        destination,
        onMessage,
        ...(token === undefined ? {} : { token }),
      });
      if (attempt !== this.#attempt) return void await session.close();
      this.#session = session;
      session.on("state", () => this.#tell());
      session.on("audio", () => this.#tell());
      session.on("error", (error) => onError(error));
      onSession(session);
    } catch (error) {
      if (attempt === this.#attempt) onError(error as SyrinxError);
    }
    this.#tell();
  }

  /** Says a text, or says undefined where there is no session. To be called while handling a click. */
  say(
    text: string | AsyncIterable<string>,
    options: { readonly voice?: string; readonly speed: number },
  ): Utterance | undefined {
    const session = this.#session;
    if (session === undefined || session.state === "closed") return undefined;
    session.unlock().catch(() => {});
    if (session.isPaused) session.resume();
    const utterance = session.say(text, { ...options, id: `text-${++this.#said}` });
    this.#active.add(utterance);
    void utterance.heard.then(() => {
      this.#active.delete(utterance);
      this.#tell();
    });
    this.#tell();
    return utterance;
  }

  /** Resolves when it is known what was heard. */
  async interrupt(): Promise<BargeInReport | undefined> {
    return this.isBusy ? await this.#session?.bargeIn() : undefined;
  }

  togglePause(): void {
    const session = this.#session;
    if (session === undefined || !this.isBusy) return;
    if (session.isPaused) session.resume();
    else session.pause();
    this.#tell();
  }

  /** Lets the browser play. To be called while handling a click. */
  async unlock(): Promise<void> {
    await this.#session?.unlock();
    this.#tell();
  }

  #tell(): void {
    this.#options.onState(this.state);
  }
}
