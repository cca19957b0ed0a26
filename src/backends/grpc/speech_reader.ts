/**
 * What a worker's stream gives, held against what the contract promises.
 *
 * @module
 */

import type { SynthesizeResponse, Totals } from "../../grpc/gen/tts/v1/tts_pb.ts";
import { chunkOfMessage } from "../../grpc/mapping.ts";
import type { AudioChunk } from "../../speech/backend.ts";
import { MemberError } from "../fleet/member.ts";

/** Reads one stream. */
export class SpeechReader {
  readonly #sampleRate: number;
  #samples = 0;
  #words = 0;
  #isWhole = false;

  /** @param sampleRate that was asked for, in Hz. */
  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  /**
   * What a message adds to the sentence, if it adds anything.
   *
   * @throws {MemberError} `internal`, if it cannot be true.
   */
  read(message: SynthesizeResponse): AudioChunk | undefined {
    const { content } = message;
    if (this.#isWhole) throw nonsense("something came after the totals");
    if (content.case === "totals") this.#check(content.value);
    if (content.case === "audio" && this.#samples === 0) this.#checkRate(content.value.sampleRate);
    const chunk = readChunk(message);
    this.#samples += chunk?.pcm.length ?? 0;
    this.#words += chunk?.words?.length ?? 0;
    return chunk;
  }

  /**
   * The stream has ended well.
   *
   * @throws {MemberError} `internal`, if it should have gone on.
   */
  end(): void {
    if (!this.#isWhole) throw nonsense("the stream ended without its totals");
  }

  #check({ samples, words }: Totals): void {
    if (samples !== this.#samples || words !== this.#words) {
      const told = `${samples} samples and ${words} words were told`;
      throw nonsense(`${told}, ${this.#samples} and ${this.#words} came`);
    }
    this.#isWhole = true;
  }

  #checkRate(sampleRate: number): void {
    if (sampleRate === this.#sampleRate) return;
    throw nonsense(`audio came at ${sampleRate} Hz, not at ${this.#sampleRate}`);
  }
}

function readChunk(message: SynthesizeResponse): AudioChunk | undefined {
  try {
    return chunkOfMessage(message);
  } catch (error) {
    throw nonsense("audio ended within a sample", error);
  }
}

function nonsense(message: string, cause?: unknown): MemberError {
  return new MemberError("internal", message, { cause });
}
