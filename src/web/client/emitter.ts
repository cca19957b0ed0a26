/**
 * Telling listeners what happens.
 *
 * @module
 */

/** Calls listeners by the type of what happens. A listener that throws disturbs nobody else. */
export class Emitter<Events> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>();

  /** Calls `listener` for every event of that type, until the returned function is called. */
  on<Type extends keyof Events>(
    type: Type,
    listener: (event: Events[Type]) => void,
  ): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** Tells the listeners, in the order in which they came. */
  emit<Type extends keyof Events>(type: Type, event: Events[Type]): void {
    for (const listener of [...this.#listeners.get(type) ?? []]) {
      try {
        (listener as (event: Events[Type]) => void)(event);
      } catch (error) {
        // The listener's fault is reported where faults are, and the session goes on.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
