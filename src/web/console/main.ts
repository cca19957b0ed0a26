/**
 * The console: wires the panels and the one session.
 *
 * @module
 */

import type { Session, SyrinxError } from "../client/mod.ts";
import { Composer, type VoiceList } from "./composer.ts";
import { byId, setEnabled } from "./dom.ts";
import { fetchJson } from "./fetch_json.ts";
import { Figures } from "./figures.ts";
import { ProtocolLog } from "./protocol_log.ts";
import { Scope } from "./scope.ts";
import { ServerPlots } from "./server_plots.ts";
import { listenToKeys } from "./shortcuts.ts";
import { Speaker, type SpeakerState } from "./speaker.ts";
import { Status } from "./status.ts";
import { Transcript } from "./transcript.ts";
import { VoicePanel } from "./voice_panel.ts";
import { Waterfall } from "./waterfall.ts";

/** From one look at what moves to the next, in ms. */
const PULSE_MS = 100;

/** Pause before another attempt to reach the server, in ms. */
const RETRY_MS = 3_000;

/** Samples that the oscilloscope shows: some 40 ms. */
const SCOPE_SAMPLES = 2_048;

class Console {
  readonly #speak = byId("speak", HTMLButtonElement);
  readonly #interrupt = byId("interrupt", HTMLButtonElement);
  readonly #pause = byId("pause", HTMLButtonElement);
  readonly #composer = new Composer(() => void this.#open());
  readonly #status = new Status();
  readonly #transcript = new Transcript();
  readonly #figures = new Figures();
  readonly #log = new ProtocolLog();
  readonly #waterfall = new Waterfall(() => this.#token);
  readonly #plots = new ServerPlots(() => this.#token);
  readonly #voice = new VoicePanel(({ latencyMs }) => this.#figures.noteBargeIn(latencyMs));
  readonly #scope: Scope;
  readonly #speaker: Speaker;
  #token: string | undefined;
  #retry: number | undefined;

  constructor() {
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: SCOPE_SAMPLES });
    analyser.connect(context.destination);
    this.#scope = new Scope(analyser);
    this.#speaker = new Speaker({
      context,
      destination: analyser,
      onSession: (session) => this.#attach(session),
      onState: (state) => this.#show(state),
      onMessage: (event) => this.#log.add(event),
      onError: (error) => this.#explain(error),
    });
    const actions = { speak: () => this.#say(), interrupt: () => void this.#bargeIn() };
    this.#speak.addEventListener("click", actions.speak);
    this.#interrupt.addEventListener("click", actions.interrupt);
    this.#pause.addEventListener("click", () => this.#speaker.togglePause());
    listenToKeys(actions);
    setInterval(() => this.#pulse(), PULSE_MS);
  }

  async start(): Promise<void> {
    await this.#open();
    void this.#plots.run();
  }

  async #open(): Promise<void> {
    clearTimeout(this.#retry);
    const { encoding } = this.#composer;
    const token = this.#token === undefined ? {} : { token: this.#token };
    await this.#speaker.open({ encoding, ...token });
  }

  #attach(session: Session): void {
    this.#status.dismiss("connection");
    this.#waterfall.attach(session);
    this.#voice.attach(session);
    void this.#offerVoices();
  }

  async #offerVoices(): Promise<void> {
    const answer = await fetchJson<VoiceList>("/v1/voices", this.#token);
    if (answer.status === "ok") this.#composer.offer(answer.body);
  }

  #say(): void {
    if (this.#composer.isEmpty) return this.#composer.focus();
    const isFirst = !this.#speaker.isBusy;
    const utterance = this.#speaker.say(this.#composer.text, this.#composer.manner);
    if (utterance === undefined) return void this.#open();
    this.#transcript.add(utterance);
    if (isFirst) this.#figures.time(utterance);
  }

  async #bargeIn(): Promise<void> {
    const report = await this.#speaker.interrupt();
    if (report !== undefined) this.#figures.noteBargeIn(report.latencyMs);
  }

  /** What moves while something is said. */
  #pulse(): void {
    const { session, isBusy } = this.#speaker;
    if (session === undefined || !isBusy) return;
    this.#transcript.update();
    this.#figures.update(session.stats);
    this.#waterfall.update();
    this.#show(this.#speaker.state);
  }

  #show(state: SpeakerState): void {
    const { session, isBusy } = this.#speaker;
    this.#status.show(state);
    this.#scope.run(isBusy && state !== "blocked");
    setEnabled(this.#interrupt, isBusy);
    setEnabled(this.#pause, isBusy);
    this.#pause.textContent = state === "paused" ? "Resume" : "Pause";
    if (session !== undefined && !isBusy) this.#figures.update(session.stats);
    if (state === "blocked") this.#offerSound();
    else this.#status.dismiss("sound");
  }

  #offerSound(): void {
    this.#status.notify("sound", "Your browser holds the sound back until you say so.", {
      label: "Turn the sound on",
      act: () => void this.#speaker.unlock(),
    });
  }

  #explain(error: SyrinxError): void {
    const isOver = error.fatal || this.#speaker.session === undefined ||
      this.#speaker.session.state === "closed";
    if (error.code === "unauthorized") return this.#askForKey();
    if (!isOver) {
      return this.#status.notify("error", `Something went wrong: ${error.message}.`, {
        label: "All right",
        act: () => this.#status.dismiss("error"),
      });
    }
    this.#status.notify("connection", `There is no session: ${error.message}. Trying again…`, {
      label: "Try now",
      act: () => void this.#open(),
    });
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#open(), RETRY_MS);
  }

  #askForKey(): void {
    const text = this.#token === undefined
      ? "This server asks for a key."
      : "The server does not know that key.";
    this.#status.notify("connection", text, {
      useKey: (key) => {
        this.#token = key;
        void this.#open();
      },
    });
  }
}

await new Console().start();
