import type { AudioChunk, AudioState, SessionEvents } from "../../../src/web/client/api.ts";
import {
  ClockPlayback,
  type ClockPlaybackOptions,
} from "../../../src/web/client/clock_playback.ts";
import { Emitter } from "../../../src/web/client/emitter.ts";
import { openLink } from "../../../src/web/client/link.ts";
import type { SearchOptions } from "../../../src/web/client/connector.ts";
import type { PlaybackListener } from "../../../src/web/client/playback.ts";
import { SpokenSession } from "../../../src/web/client/session.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { FakeServer } from "./fake_server.ts";

/** Playback on a device that a test takes away. */
class DevicePlayback extends ClockPlayback {
  readonly #state: () => AudioState;

  constructor(options: ClockPlaybackOptions, state: () => AudioState) {
    super(options);
    this.#state = state;
  }

  override get state(): AudioState {
    return this.#state();
  }
}

/** A session with a fake server on a fake clock. */
export class FakeSession {
  readonly clock = new FakeClock();
  readonly server = new FakeServer();
  readonly session: SpokenSession;
  readonly chunks: AudioChunk[] = [];
  /** `type: what` of every event but messages. */
  readonly events: string[] = [];
  readonly #dial;
  #audioState: AudioState = "running";
  #listener: PlaybackListener | undefined;

  constructor(options: { isTold?: boolean; reconnect?: SearchOptions } = {}) {
    const { clock, server } = this;
    const emitter = new Emitter<SessionEvents>();
    this.#dial = () =>
      openLink({
        url: new URL("ws://fake/v1/session"),
        protocols: [],
        WebSocket: server.WebSocket,
        clock,
        timeoutMs: 1_000,
        onTraffic: (direction, message) => emitter.emit("message", { direction, message }),
      });
    this.session = new SpokenSession({
      clock,
      emitter,
      dial: this.#dial,
      createPlayback: (listener) => {
        this.#listener = listener;
        const { isTold = false } = options;
        return new DevicePlayback({ clock, listener, isTold }, () => this.#audioState);
      },
      // Always the same pauses, so that a test that fails fails again.
      reconnect: { random: () => 0.5, ...options.reconnect },
      onAudio: (chunk) => void this.chunks.push(chunk),
    });
    emitter.on("state", (state) => this.events.push(`state: ${state}`));
    emitter.on("sentence", ({ text }) => this.events.push(`sentence: ${text}`));
    emitter.on("warning", ({ code }) => this.events.push(`warning: ${code}`));
    emitter.on("error", ({ code }) => this.events.push(`error: ${code}`));
    emitter.on("ended", ({ outcome, text }) => this.events.push(`${outcome}: ${text}`));
  }

  /** Opens a session. */
  static async open(options: ConstructorParameters<typeof FakeSession>[0] = {}) {
    const fake = new FakeSession(options);
    fake.session.attach(await fake.#dial());
    return fake;
  }

  /** What becomes of the sound device. */
  turnAudio(state: AudioState): void {
    this.#audioState = state;
    this.#listener!.onState(state);
  }

  /** The server speaks, as fast as it can, while `ms` pass. */
  async run(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 100) {
      await this.clock.advanceAsync(0);
      while (this.server.socket.step());
      await this.clock.advanceAsync(Math.min(100, ms - passed));
    }
  }
}
