/**
 * What a client of Realtime may choose about how it is spoken to.
 *
 * @module
 */

import type { Lead } from "../../../speech/types.ts";
import type { ChannelRequest } from "../../dialect.ts";
import { bad, type Message, readChoice, readObject, within } from "../../fields.ts";
import type { VoiceNames } from "../../voice_names.ts";
import { readSpeed, readVoice, type WantedVoice } from "../voice.ts";
import { type OutputFormat, outputFormats, readBetaFormat, readFormat } from "./formats.ts";

/** How a client is spoken to. */
export interface RealtimeConfig {
  readonly voice: WantedVoice;
  readonly speed: number;
  readonly format: OutputFormat;
}

/** Frames' duration in ms. */
const FRAME_MS = 20;

/** What holds before the client has chosen anything. */
export function defaultConfig({ defaultVoice }: VoiceNames): RealtimeConfig {
  return { voice: { name: defaultVoice, id: defaultVoice }, speed: 1, format: "audio/pcm" };
}

/**
 * Reads what the `session` of a `session.update` or the `response` of a `response.create` changes.
 * Both have their fields in `audio.output`, and had them at the top in the beta. What only matters
 * to who listens or thinks (instructions, tools, turn detection...) has no effect.
 */
export function readConfig(
  changes: Message,
  config: RealtimeConfig,
  names: VoiceNames,
): RealtimeConfig {
  checkModalities(changes, "output_modalities");
  checkModalities(changes, "modalities");
  const audio = readObject(changes, "audio") ?? {};
  const output = within("audio", () => readObject(audio, "output") ?? {});
  const inOutput = <T>(read: () => T) => within("audio.output", read);
  return {
    voice: inOutput(() => readVoice(output, names)) ?? readVoice(changes, names) ?? config.voice,
    speed: inOutput(() => readSpeed(output)) ?? readSpeed(changes) ?? config.speed,
    format: inOutput(() => readFormat(output)) ?? readBetaFormat(changes) ?? config.format,
  };
}

/** A session that transcribes is none of ours. */
export function checkSessionType(session: Message): void {
  readChoice(session, "type", ["realtime"]);
}

function checkModalities(changes: Message, field: string): void {
  const value = changes[field];
  if (value === undefined || value === null) return;
  if (Array.isArray(value) && value.includes("audio")) return;
  throw bad(field, "must have audio: this server speaks", ["audio"]);
}

/** What a channel for such speech is opened with. */
export function channelRequest(config: RealtimeConfig, lead: Lead): ChannelRequest {
  const { encoding, sampleRate } = outputFormats[config.format];
  const settings = { voice: config.voice.id, speed: config.speed, lead, words: false };
  return { settings, encoding, sampleRate, frameMs: FRAME_MS };
}
