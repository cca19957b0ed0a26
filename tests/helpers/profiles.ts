import { assert, assertEquals } from "@std/assert";
import type { CpuProfile, Recording, Sampler } from "../../src/telemetry/profiler/cpu_sampler.ts";

/** A profile with all its parts. */
export type WholeProfile = CpuProfile & {
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
};

/** A profile as it is read from a file or a response; fails if a viewer could not open it. */
export function parseProfile(text: string): WholeProfile {
  const profile = JSON.parse(text) as WholeProfile;
  const ids = new Set(profile.nodes.map((node) => node.id));
  assertEquals(ids.size, profile.nodes.length, "each node has an id of its own");
  for (const node of profile.nodes) {
    assertEquals(typeof node.callFrame.functionName, "string");
    for (const child of node.children ?? []) assert(ids.has(child), `no node has the id ${child}`);
  }
  for (const sample of profile.samples) assert(ids.has(sample), `no node has the id ${sample}`);
  assertEquals(profile.timeDeltas.length, profile.samples.length);
  assert(profile.endTime >= profile.startTime);
  return profile;
}

/** Which part of the samples, 0 to 1, fell into a function or what it called. */
export function shareOf(profile: WholeProfile, functionName: string): number {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const inside = new Set<number>();
  const enter = (id: number) => {
    inside.add(id);
    nodes.get(id)!.children?.forEach(enter);
  };
  for (const node of profile.nodes) {
    if (node.callFrame.functionName === functionName) enter(node.id);
  }
  return profile.samples.filter((id) => inside.has(id)).length / profile.samples.length;
}

/**
 * Keeps the thread busy. Look for its caller in a profile: V8 counts loops that it has compiled
 * before sampling began to the function around them.
 */
export function spin(ms: number): number {
  let sum = 0;
  for (const end = performance.now() + ms; performance.now() < end;) {
    for (let turn = 0; turn < 200_000; turn++) sum = Math.sqrt(sum + turn);
  }
  return sum;
}

/** Profiles that say which recording they are of. */
export class FakeSampler implements Sampler {
  /** What became of each recording. */
  readonly ends: ("open" | "stopped" | "dropped")[] = [];
  isClosed = false;

  start(): Recording {
    const index = this.ends.push("open") - 1;
    const end = (how: "stopped" | "dropped") => {
      if (this.ends[index] === "open") this.ends[index] = how;
    };
    return {
      stop: () => {
        end("stopped");
        return Promise.resolve({ nodes: [], startTime: index, endTime: index });
      },
      drop: () => end("dropped"),
    };
  }

  close(): void {
    this.isClosed = true;
  }
}
