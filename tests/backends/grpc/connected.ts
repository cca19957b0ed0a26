import type { Member, MemberHealth } from "../../../src/backends/fleet/member.ts";
import { createGrpcMember, type GrpcMemberOptions } from "../../../src/backends/grpc/member.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import type { AudioChunk } from "../../../src/speech/backend.ts";
import { until } from "../../helpers/server.ts";

/** A signal that never aborts. */
export const never = new AbortController().signal;

/** A member that is connected, and everything that it told of its health. */
export interface Connected extends AsyncDisposable {
  readonly member: Member;
  readonly told: MemberHealth[];
  /** Waits until it tells that. */
  tells(health: MemberHealth): Promise<void>;
}

/** Connects a member, on the real clock if no other is given. */
export function connect(options: Partial<GrpcMemberOptions> & { address: string }): Connected {
  const member = createGrpcMember({ clock: systemClock, ...options });
  const told: MemberHealth[] = [];
  member.connect((health) => void told.push(health));
  return {
    member,
    told,
    tells: (health) => until(() => told.at(-1) === health, `${health}, after ${told}`, 15_000),
    async [Symbol.asyncDispose]() {
      await member.close();
    },
  };
}

/** A member that serves, and knows its voices. */
export async function connectUp(
  options: Partial<GrpcMemberOptions> & { address: string },
): Promise<Connected> {
  const connected = connect(options);
  await connected.tells("serving");
  await connected.member.capabilities(never);
  return connected;
}

/** Has a member say something, to its end. */
export async function say(
  member: Member,
  options: {
    readonly text?: string;
    readonly voice?: string;
    readonly signal?: AbortSignal;
    readonly metadata?: Record<string, string>;
  } = {},
): Promise<AudioChunk[]> {
  const { text = "hello", voice = "one", signal = never, metadata = {} } = options;
  const chunks: AudioChunk[] = [];
  for await (const chunk of member.synthesize({ text, voice, speed: 1 }, { signal, metadata })) {
    chunks.push(chunk);
  }
  return chunks;
}
