/**
 * Finds out how audio can be heard here.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import { ClockPlayback } from "./clock_playback.ts";
import { SyrinxError } from "./errors.ts";
import type { ConnectOptions } from "./options.ts";
import type { Playback, PlaybackListener } from "./playback.ts";
import type { AudioContextLike } from "./web_audio.ts";
import { WorkletPlayback } from "./worklet_playback.ts";

/** Audio to gather before playing begins, in ms. */
const BUFFER_MS = 100;

/** Makes a playback that tells the listener. */
export type CreatePlayback = (listener: PlaybackListener) => Playback;

/**
 * Gets ready for playback as the options want it. Creates the audio context before it waits for
 * anything, since a browser lets it run only while it handles a click.
 */
export async function preparePlayback(
  options: ConnectOptions,
  clock: Clock,
): Promise<CreatePlayback> {
  const { AudioContext } = globalThis as { AudioContext?: new () => AudioContextLike };
  const canPlay = options.audioContext !== undefined || AudioContext !== undefined;
  const kind = options.playback ?? (canPlay ? "speakers" : "clock");
  if (kind !== "speakers") {
    if (options.playback === undefined && options.onAudio === undefined) {
      throw new SyrinxError("no_audio", "there is no AudioContext here: give onAudio");
    }
    return (listener) => new ClockPlayback({ clock, listener, isTold: kind === "told" });
  }
  const context = options.audioContext ?? (AudioContext && new AudioContext());
  if (context === undefined) throw new SyrinxError("no_audio", "there is no AudioContext here");
  const ownsContext = options.audioContext === undefined;
  // Settles when the browser lets it run, which may be never; until then it counts as blocked.
  if (ownsContext) context.resume().catch(() => {});
  try {
    await loadWorklet(context, options);
  } catch (error) {
    if (ownsContext) await context.close();
    throw error;
  }
  const { bufferMs = BUFFER_MS, destination = context.destination } = options;
  return (listener) =>
    new WorkletPlayback({ context, ownsContext, destination, bufferMs, clock, listener });
}

async function loadWorklet(context: AudioContextLike, options: ConnectOptions): Promise<void> {
  // Browsers have worklets only where the connection to the page is safe.
  if (context.audioWorklet === undefined) {
    throw new SyrinxError("no_audio", "audio needs a page from https: or localhost");
  }
  const url = new URL(options.workletUrl ?? "./worklet.js", import.meta.url);
  try {
    await context.audioWorklet.addModule(url.href);
  } catch (cause) {
    throw new SyrinxError("no_audio", `cannot load ${url.href}`, { cause });
  }
}
