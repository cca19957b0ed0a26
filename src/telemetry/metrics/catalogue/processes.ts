/**
 * The metrics of the processes of one server, told only where there are several.
 *
 * @module
 */

import { counter, gauge } from "../spec.ts";

const onlyWith = "several processes";

/** The label by which the processes of one server are told apart. */
export const PROCESS = { process: "the process's number, from 1" };

/** By name. */
export const processMetrics = {
  syrinx_process_up: gauge("1 when a process of the server answers, else 0.", {
    labels: PROCESS,
    onlyWith,
  }),
  syrinx_process_restarts_total: counter("Processes of the server that ended and were replaced.", {
    labels: PROCESS,
    onlyWith,
  }),
};
