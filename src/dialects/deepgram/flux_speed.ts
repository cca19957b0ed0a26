/**
 * How fast Flux speaks.
 *
 * @module
 */

/** Why a speed cannot be set, in Deepgram's words. */
export interface SpeedProblem {
  readonly code: "SPEED_OUT_OF_RANGE" | "SPEED_INCREMENT_INVALID";
  readonly description: string;
}

/** Deepgram's ("Configure" in "Client Messages"). */
const MIN = 0.5;
const MAX = 1.5;
const STEPS_PER_UNIT = 20;

/** What is wrong with a speed; undefined if nothing is. */
export function fluxSpeedProblem(speed: unknown): SpeedProblem | undefined {
  if (typeof speed !== "number" || !(speed >= MIN && speed <= MAX)) {
    return { code: "SPEED_OUT_OF_RANGE", description: `must be a number from ${MIN} to ${MAX}` };
  }
  const steps = speed * STEPS_PER_UNIT;
  // 1.15 has no exact place among binary fractions.
  if (Math.abs(steps - Math.round(steps)) < 1e-6) return undefined;
  const description = `must be given in steps of ${1 / STEPS_PER_UNIT}`;
  return { code: "SPEED_INCREMENT_INVALID", description };
}
