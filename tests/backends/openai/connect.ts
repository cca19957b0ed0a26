import type { Member, MemberHealth } from "../../../src/backends/fleet/member.ts";
import {
  createOpenaiMember,
  type OpenaiMemberOptions,
} from "../../../src/backends/openai/member.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import type { AudioChunk } from "../../../src/speech/backend.ts";
import type { SpeechServer } from "./speech_server.ts";

/** A connected member of a server, closed at the end of the block. */
export function connect(
  { address, url }: Pick<SpeechServer, "address" | "url">,
  options: Partial<OpenaiMemberOptions> = {},
): { member: Member; health: MemberHealth[] } & Disposable {
  const member = createOpenaiMember({ address, url, clock: systemClock, ...options });
  const health: MemberHealth[] = [];
  member.connect((now) => void health.push(now));
  return { member, health, [Symbol.dispose]: () => void member.close() };
}

/** Speaks a text with any voice. */
export function speak(
  member: Member,
  text = "Hello there.",
  signal: AbortSignal = new AbortController().signal,
): AsyncIterator<AudioChunk> {
  const request = { text, voice: "af_bella", speed: 1 };
  return member.synthesize(request, { signal })[Symbol.asyncIterator]();
}

/** All samples of what is left of a stream. */
export async function rest(stream: AsyncIterator<AudioChunk>): Promise<number[]> {
  const samples: number[] = [];
  for (;;) {
    const { done, value } = await stream.next();
    if (done) return samples;
    samples.push(...value.pcm);
  }
}
