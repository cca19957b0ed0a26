/**
 * The listener's microphone.
 *
 * @module
 */

import { SyrinxError } from "../client/errors.ts";
import type { MicrophoneLike } from "./api.ts";

/** As much of `navigator.mediaDevices` as is used here. */
interface MediaDevicesLike {
  getUserMedia(constraints: { audio: Record<string, boolean> }): Promise<MicrophoneLike>;
}

/** So that what is being said is not taken for the listener. */
const CONSTRAINTS = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** What the names of a browser's errors mean to a person. */
const REASONS: Readonly<Record<string, string>> = {
  NotAllowedError: "the microphone is not allowed for this page",
  NotFoundError: "there is no microphone",
  NotReadableError: "another program has the microphone",
};

/**
 * Opens it; the browser asks the listener.
 *
 * @throws {SyrinxError} `no_microphone`.
 */
export async function openMicrophone(): Promise<MicrophoneLike> {
  const { navigator } = globalThis as { navigator?: { mediaDevices?: MediaDevicesLike } };
  if (navigator?.mediaDevices === undefined) {
    throw new SyrinxError("no_microphone", "a microphone needs a page from https: or localhost");
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: CONSTRAINTS });
  } catch (cause) {
    const { name, message } = cause as Error;
    throw new SyrinxError("no_microphone", REASONS[name] ?? message, { cause });
  }
}
