import { VoiceNames } from "../../../src/dialects/voice_names.ts";

/** Two voices; `alloy` is another name of the second. */
export function voiceNames({ fallsBack = false } = {}): VoiceNames {
  return new VoiceNames({
    voices: new Map([["one", 16_000], ["two", 16_000]]),
    defaultVoice: "one",
    aliases: new Map([["alloy", "two"]]),
    fallsBack,
  });
}
