/**
 * Reading the fields of other people's JSON: each is what it must be, or named with what it may be.
 *
 * @module
 */

import type { BadParameter } from "./dialect.ts";

/** A JSON object whose fields have not been looked at. */
export type Message = Readonly<Record<string, unknown>>;

/** Thrown by the readers of fields, and caught by {@linkcode attempt}. */
export class BadField extends Error {
  readonly parameter: BadParameter;

  constructor(parameter: BadParameter) {
    super(parameter.message);
    this.parameter = parameter;
  }
}

/** What `read` gives, or the field that it could not use. */
export function attempt<T>(read: () => T): T | BadParameter {
  try {
    return read();
  } catch (error) {
    if (error instanceof BadField) return error.parameter;
    throw error;
  }
}

/** The JSON object that a text is; undefined if it is none. */
export function parseObject(data: string): Message | undefined {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return undefined;
  }
  return isObject(value) ? value : undefined;
}

/** Whether it is a JSON object. */
export function isObject(value: unknown): value is Message {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field's value; undefined where it is not there, or null. */
type Found<T> = T | undefined;

/** Reads a text of at most `max` characters. */
export function readString(message: Message, field: string, max?: number): Found<string> {
  const value = message[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw bad(field, "must be a string");
  if (max !== undefined && value.length > max) {
    throw new BadField({
      field,
      message: `${field} may have ${max} characters; it has ${value.length}`,
      limit: max,
    });
  }
  return value;
}

/** Reads a number from `min` to `max`. */
export function readNumber(
  message: Message,
  field: string,
  { min, max }: { readonly min: number; readonly max: number },
): Found<number> {
  const value = message[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && value >= min && value <= max) return value;
  throw bad(field, `must be a number from ${min} to ${max}`);
}

/** Reads true or false. */
export function readBoolean(message: Message, field: string): Found<boolean> {
  const value = message[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "boolean") return value;
  throw bad(field, "must be true or false");
}

/** Reads one of a few values. */
export function readChoice<const T extends string | number>(
  message: Message,
  field: string,
  choices: readonly T[],
): Found<T> {
  const value = message[field];
  if (value === undefined || value === null) return undefined;
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw bad(field, `cannot be ${JSON.stringify(value)}`, choices.map(String));
}

/** Reads an object. */
export function readObject(message: Message, field: string): Found<Message> {
  const value = message[field];
  if (value === undefined || value === null) return undefined;
  if (isObject(value)) return value;
  throw bad(field, "must be an object");
}

/** What `read` gives; a field that it cannot use is named with the path that leads to it. */
export function within<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BadField)) throw error;
    const { field, message, ...rest } = error.parameter;
    // Every message begins with its field.
    throw new BadField({ field: `${path}.${field}`, message: `${path}.${message}`, ...rest });
  }
}

/** The value of a field that has to be there. */
export function required<T>(value: Found<T>, field: string): T {
  if (value === undefined) throw bad(field, "is missing");
  return value;
}

/** The parameters of a query as fields; numbers and booleans stay text, see {@linkcode numeric}. */
export function queryFields(query: URLSearchParams): Record<string, unknown> {
  return Object.fromEntries(query);
}

/** The same fields with some of them as numbers where they look like numbers. */
export function numeric(message: Message, fields: readonly string[]): Message {
  const numbers = fields.filter((field) => /^-?\d+(\.\d+)?$/.test(String(message[field])));
  return {
    ...message,
    ...Object.fromEntries(numbers.map((field) => [field, Number(message[field])])),
  };
}

/** An error about a field. */
export function bad(field: string, problem: string, allowed?: readonly string[]): BadField {
  return new BadField({
    field,
    message: `${field} ${problem}`,
    ...(allowed === undefined ? {} : { allowed }),
  });
}
