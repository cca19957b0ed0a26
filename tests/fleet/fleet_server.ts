import {
  createRemoteBackend,
  parseBackends,
  type RemoteBackend,
  type RemoteBackendOptions,
  type RemoteEvent,
} from "../../src/backends/remote.ts";
import { testConfig } from "../helpers/config.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { type Server, startServer } from "../../src/server.ts";
import type { SpeechEvent } from "../../src/speech/events.ts";
import { Listener } from "./listener.ts";

/** A server on a free port, whose backend is a fleet. */
export class FleetServer implements AsyncDisposable {
  readonly backend: RemoteBackend;
  readonly server: Server;
  readonly events: RemoteEvent[];
  readonly facts: SpeechEvent[] = [];

  private constructor(backend: RemoteBackend, events: RemoteEvent[]) {
    this.backend = backend;
    this.events = events;
    this.server = startServer({
      config: {
        ...testConfig(),
        workers: 6,
        // The fleet has its own deadlines, and the engine's pieces are shorter than this.
        chunkTimeoutMs: 60_000,
        maxSentenceCharacters: 600,
      },
      backend,
      record: (event) => void this.facts.push(event),
    });
  }

  /** Starts one with these `TTS_BACKENDS`. */
  static async start(
    addresses: string,
    options: Partial<RemoteBackendOptions> = {},
  ): Promise<FleetServer> {
    const { backends } = parseBackends(addresses, () => undefined);
    const events: RemoteEvent[] = [];
    const onEvent = (event: RemoteEvent) => void events.push(event);
    const settings = { unavailableTimeoutMs: 30_000, ...options.settings };
    const clock = systemClock;
    return new FleetServer(
      await createRemoteBackend({ backends, clock, onEvent, ...options, settings }),
      events,
    );
  }

  /** `host:port`. */
  get host(): string {
    return `127.0.0.1:${this.server.address.port}`;
  }

  connect(query = ""): Promise<Listener> {
    return Listener.connect(this.host, query);
  }

  eventsOf<T extends RemoteEvent["type"]>(type: T): Extract<RemoteEvent, { type: T }>[] {
    return this.events.filter((event) => event.type === type) as Extract<
      RemoteEvent,
      { type: T }
    >[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop(0);
    await this.backend.close();
  }
}
