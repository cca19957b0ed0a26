import { delay } from "../../src/lib/wait.ts";
import { systemClock } from "../../src/lib/clock.ts";
import type { FleetServer } from "./fleet_server.ts";
import type { Heard } from "./listener.ts";
import { longSentence, textFrom } from "./texts.ts";

/** Options of {@linkcode listen}. */
export interface CrowdOptions {
  /** Listeners in real time, who think for a few seconds between utterances. */
  readonly listeners: number;
  /** Those who take long sentences as fast as they come and never pause: no worker is idle. */
  readonly readers: number;
  /** From its abort on nobody says anything new. */
  readonly over: AbortSignal;
}

/** What a crowd heard. */
export interface CrowdHeard {
  readonly byListeners: readonly Heard[];
  readonly byReaders: readonly Heard[];
}

/** Sessions that speak; resolves when the last one has heard all, and fails with the first that fails. */
export function listen(fleet: FleetServer, options: CrowdOptions): Promise<CrowdHeard> {
  const heard = hearAll(fleet, options);
  // Who listens does other things first, and learns of a failure when it comes to this.
  heard.catch(() => {});
  return heard;
}

async function hearAll(fleet: FleetServer, options: CrowdOptions): Promise<CrowdHeard> {
  const { listeners, readers, over } = options;
  const pause = (ms: number) => delay(systemClock, ms, over).catch(() => {});
  const byListeners: Heard[] = [];
  const byReaders: Heard[] = [];
  const live = async (index: number) => {
    const isReader = index < readers;
    const heard = isReader ? byReaders : byListeners;
    // They do not come all at once.
    await pause(20 * index);
    using listener = await fleet.connect(isReader ? "lead_ms=unpaced" : "");
    for (let said = 0; !over.aborted; said++) {
      heard.push(await listener.say(isReader ? longSentence(said) : textFrom(index + said)));
      if (!isReader) await pause(2_000 + index % 5 * 500);
    }
  };
  await Promise.all(Array.from({ length: listeners + readers }, (_, index) => live(index)));
  return { byListeners, byReaders };
}
