/**
 * The voices of a fleet: those of all its members that were ever known.
 *
 * A voice stays when the last member that has it goes: it may come back, and what is told to clients
 * holds.
 *
 * @module
 */

import type { Voice } from "../../speech/backend.ts";

/** See the module. */
export class VoiceCatalogue {
  #voices: readonly Voice[] = [];

  /** All voices, the default one first. */
  get voices(): readonly Voice[] {
    return this.#voices;
  }

  /**
   * Adds a member's voices.
   *
   * @param onRefused told of each voice that is known at another sample rate: a sentence's audio
   * could not go on from one such member to another.
   * @returns the ids of the voices that the member may be asked for.
   */
  admit(voices: readonly Voice[], onRefused: (voice: Voice) => void): ReadonlySet<string> {
    const admitted = new Set<string>();
    const added: Voice[] = [];
    for (const voice of voices) {
      const known = this.#voices.find(({ id }) => id === voice.id);
      if (known === undefined) added.push(voice);
      if (known === undefined || known.sampleRate === voice.sampleRate) admitted.add(voice.id);
      else onRefused(voice);
    }
    if (added.length > 0) this.#voices = [...this.#voices, ...added];
    return admitted;
  }

  /** Puts the voices of that list first, in its order. */
  putFirst(voices: Iterable<Voice>): void {
    const ids = new Set([...voices].map(({ id }) => id));
    const byId = new Map(this.#voices.map((voice) => [voice.id, voice]));
    const first = [...ids].flatMap((id) => byId.get(id) ?? []);
    this.#voices = [...first, ...this.#voices.filter(({ id }) => !ids.has(id))];
  }
}
