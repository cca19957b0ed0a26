/**
 * A server of several processes.
 *
 * @module
 */

export { Child } from "./child.ts";
export { CHILD_FLAG } from "./orders.ts";
export { supervise, type SuperviseOptions } from "./supervise.ts";
