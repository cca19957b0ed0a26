/**
 * `grpc.health.v1.Health` of a worker.
 *
 * @module
 */

import type { Server } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import { SERVICE_NAME } from "../grpc/definitions.ts";

/** Names under which health is told: the server's, and the service's. */
const NAMES = ["", SERVICE_NAME];

/** Serving from the start. */
export class WorkerHealth {
  readonly #health = new HealthImplementation();

  constructor() {
    this.set(true);
  }

  /** Offers the service. */
  addTo(server: Server): void {
    this.#health.addToServer(server);
  }

  /** Tells all who ask and all who watch. */
  set(serving: boolean): void {
    for (const name of NAMES) this.#health.setStatus(name, serving ? "SERVING" : "NOT_SERVING");
  }
}
