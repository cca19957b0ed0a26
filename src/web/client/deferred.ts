/**
 * A promise with its ends. (`Promise.withResolvers` is missing in Node 20.)
 *
 * @module
 */

/** A promise that somebody else settles. */
export interface Deferred<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
}

/** A promise, to be resolved later. */
export function deferred<Value>(): Deferred<Value> {
  let resolve!: (value: Value) => void;
  const promise = new Promise<Value>((settle) => resolve = settle);
  return { promise, resolve };
}
