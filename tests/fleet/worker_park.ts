import { type CancelTimer, systemClock } from "../../src/lib/clock.ts";
import { ownLoopbackAddress } from "../helpers/loopback.ts";
import { WorkerProcess, type WorkerProcessOptions } from "./worker_process.ts";

/** A place for a worker, at an address that stays. */
interface Place {
  readonly address: string;
  readonly port: number;
  worker: WorkerProcess | undefined;
}

/**
 * Worker processes that are killed, and started again at the same ports: at an address of their own,
 * or another test could have such a port meanwhile.
 */
export class WorkerPark implements AsyncDisposable {
  readonly #options: WorkerProcessOptions;
  readonly #places: Place[];
  readonly #starting = new Set<Promise<void>>();
  readonly #timers = new Set<CancelTimer>();
  #kills = 0;
  #isClosed = false;

  private constructor(workers: readonly WorkerProcess[], options: WorkerProcessOptions) {
    this.#options = options;
    this.#places = workers.map((worker) => ({
      address: worker.address,
      port: worker.port,
      worker,
    }));
  }

  static async start(count: number, options: WorkerProcessOptions = {}): Promise<WorkerPark> {
    const all = { host: ownLoopbackAddress(), ...options };
    const start = () => WorkerProcess.start(all);
    return new WorkerPark(await Promise.all(Array.from({ length: count }, start)), all);
  }

  /** What `TTS_BACKENDS` would say. */
  get addresses(): string {
    return this.#places.map(({ address }) => address).join();
  }

  /** Times a worker was killed. */
  get kills(): number {
    return this.#kills;
  }

  /** The workers that run. */
  get workers(): readonly WorkerProcess[] {
    return this.#places.flatMap(({ worker }) => worker ?? []);
  }

  /** Kills the next one that runs, if any does, and starts it again after `downMs`. */
  async killNext(downMs: number): Promise<void> {
    const order = [...this.#places.keys()].map((index) =>
      (this.#kills + index) % this.#places.length
    );
    const place = order.map((index) => this.#places[index]!).find(({ worker }) => worker);
    if (place !== undefined) await this.#kill(place, downMs);
  }

  /** Kills all that run, and starts them again after `downMs`. */
  async killAll(downMs: number): Promise<void> {
    const running = this.#places.filter(({ worker }) => worker);
    await Promise.all(running.map((place) => this.#kill(place, downMs)));
  }

  async #kill(place: Place, downMs: number): Promise<void> {
    const { worker } = place;
    place.worker = undefined;
    this.#kills++;
    await worker![Symbol.asyncDispose]();
    const cancelTimer = systemClock.after(downMs, () => {
      this.#timers.delete(cancelTimer);
      const started = this.#start(place).finally(() => this.#starting.delete(started));
      this.#starting.add(started);
    });
    this.#timers.add(cancelTimer);
  }

  async #start(place: Place): Promise<void> {
    place.worker = await WorkerProcess.start({ ...this.#options, port: place.port });
    if (this.#isClosed) await place.worker[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const cancelTimer of this.#timers) cancelTimer();
    await Promise.all(this.#starting);
    await Promise.all(this.workers.map((worker) => worker[Symbol.asyncDispose]()));
  }
}
