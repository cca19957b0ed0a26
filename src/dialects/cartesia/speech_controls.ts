/**
 * Reading how fast and how loud speech is to be, by all the names that this has had.
 *
 * Source: `GenerationConfig` and `ModelSpeed` of @cartesia/cartesia-js 4.2.0, and for
 * `voice.__experimental_controls` Cartesia's API reference of 2024-11-13.
 *
 * @module
 */

import {
  bad,
  isObject,
  type Message,
  readChoice,
  readNumber,
  readObject,
  within,
} from "../fields.ts";

/** What every client may have here. Cartesia's own range is 0.6 to 1.5. */
const SPEED = { min: 0.5, max: 2 };

const VOLUME = { min: 0.5, max: 2 };

/** The older scale: 0 is normal, and its ends are those of Cartesia's range. */
const RELATIVE_SPEED = { min: -1, max: 1 };

/** Names for places on the older scale. */
const NAMED_SPEEDS = { slowest: -1, slow: -0.5, normal: 0, fast: 0.5, fastest: 1 } as const;

const SLOWEST = 0.6;
const FASTEST = 1.5;

/**
 * The speaking rate; the newest name that is there counts.
 *
 * @throws {BadField}
 */
export function readSpeed(message: Message): number {
  return fromConfig(message, "speed", SPEED) ??
    readOlderSpeed(message) ??
    readExperimentalSpeed(message) ??
    1;
}

/**
 * The factor for the samples.
 *
 * @throws {BadField}
 */
export function readVolume(message: Message): number {
  return fromConfig(message, "volume", VOLUME) ?? 1;
}

function fromConfig(
  message: Message,
  field: string,
  range: { readonly min: number; readonly max: number },
): number | undefined {
  const config = readObject(message, "generation_config");
  return config && within("generation_config", () => readNumber(config, field, range));
}

function readExperimentalSpeed({ voice }: Message): number | undefined {
  if (!isObject(voice)) return undefined;
  return within("voice", () => {
    const path = "__experimental_controls";
    const controls = readObject(voice, path);
    return controls && within(path, () => readOlderSpeed(controls));
  });
}

/** A name, or a place on the older scale. */
function readOlderSpeed(message: Message): number | undefined {
  if (typeof message.speed !== "number") {
    const names = Object.keys(NAMED_SPEEDS) as (keyof typeof NAMED_SPEEDS)[];
    const name = readChoice(message, "speed", names);
    return name && toRate(NAMED_SPEEDS[name]);
  }
  const { min, max } = RELATIVE_SPEED;
  if (message.speed >= min && message.speed <= max) return toRate(message.speed);
  const problem = `must be a number from ${min} to ${max}, where 0 is normal: for rates from ` +
    `${SPEED.min} to ${SPEED.max} there is generation_config.speed`;
  throw bad("speed", problem);
}

function toRate(place: number): number {
  return 1 + place * (place < 0 ? 1 - SLOWEST : FASTEST - 1);
}
