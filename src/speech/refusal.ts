/**
 * The answer to a request that cannot be carried out.
 *
 * @module
 */

import type { Problem } from "./types.ts";

/** Thrown for a request that cannot be carried out; nothing has changed. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** The answer to a request about an utterance that takes no more text. */
export function endedProblem(utteranceId: string): Problem {
  return {
    code: "utterance_ended",
    message: `utterance ${utteranceId} takes no more text`,
    field: "utterance_id",
    utteranceId,
  };
}

/** The answer to a request about an utterance that was never there. */
export function unknownProblem(message: string): Problem {
  return { code: "unknown_utterance", message, field: "utterance_id" };
}
