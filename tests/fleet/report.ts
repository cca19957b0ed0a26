import type { CrowdHeard } from "./crowd.ts";
import type { FleetServer } from "./fleet_server.ts";

/** What a run was like for those who listened, in one line. */
export function report(fleet: FleetServer, heard: CrowdHeard, ...more: string[]): void {
  const { byListeners, byReaders } = heard;
  const failovers = fleet.eventsOf("failover");
  const inPhase = (phase: string) => failovers.filter((event) => event.phase === phase).length;
  const codes = Map.groupBy(fleet.eventsOf("request_ended"), ({ code }) => code);
  const longest = (values: readonly number[]) => Math.round(Math.max(...values));
  const line = [
    ...more,
    `${byListeners.length} utterances to listeners, ${byReaders.length} to readers`,
    `failovers: ${inPhase("before_first_chunk")} before audio, ${inPhase("mid_sentence")} after`,
    `requests: ${[...codes].map(([code, { length }]) => `${length} ${code}`).join(", ")}`,
    `longest gap a listener heard: ${longest(byListeners.map((it) => it.longestGapMs))} ms`,
    `longest wait for an utterance: ${longest(byListeners.map((it) => it.firstAudioMs))} ms`,
  ].join("; ");
  // The test command is quiet, and would swallow what goes to the console.
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}
