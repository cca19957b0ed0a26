/**
 * From the config to what all sessions of a server share.
 *
 * @module
 */

import type { Config } from "./config.ts";
import { VoiceNames } from "./dialects/voice_names.ts";
import { ConfigError } from "./errors.ts";
import { ResamplerBank } from "./lib/pcm/resampler_bank.ts";
import type { Backend } from "./speech/backend.ts";
import type { SessionLimits } from "./speech/limits.ts";
import type { SessionContext } from "./speech/session.ts";

/**
 * Audio of a sentence per character, in ms, beyond which an engine has run away: several times what
 * the slowest speech takes.
 */
const MAX_MS_PER_CHARACTER = 500;

/**
 * The voice where none is named.
 *
 * @throws {ConfigError} if it is not there.
 */
export function chooseVoice(config: Config, backend: Backend): string {
  const voices = backend.voices.map((voice) => voice.id);
  const voice = config.voice === "" ? voices[0]! : config.voice;
  if (voices.includes(voice)) return voice;
  throw new ConfigError([
    `--voice, VOICE: ${JSON.stringify(voice)} is not allowed; it takes ${voices.join(", ")}`,
  ]);
}

/**
 * The voices by all their names.
 *
 * @throws {ConfigError} if a name stands for a voice that is not there.
 */
export function createNames(config: Config, backend: Backend, defaultVoice: string): VoiceNames {
  const voices = new Map(backend.voices.map((voice) => [voice.id, voice.sampleRate]));
  const problems = [...config.voiceMap].filter(([, voice]) => !voices.has(voice)).map(
    ([name, voice]) =>
      `--voice-map, VOICE_MAP: ${JSON.stringify(`${name}=${voice}`)} is not allowed; ` +
      `the voices here are ${[...voices.keys()].join(", ")}`,
  );
  if (problems.length > 0) throw new ConfigError(problems);
  return new VoiceNames({
    voices,
    defaultVoice,
    aliases: config.voiceMap,
    fallsBack: config.unknownVoice === "default",
  });
}

/** What the sessions share. */
export function createContext(
  config: Config,
  backend: Backend,
  parts: Pick<
    SessionContext,
    | "clock"
    | "ticker"
    | "turns"
    | "scheduler"
    | "workload"
    | "allowances"
    | "record"
    | "isShortOfMemory"
  >,
): SessionContext {
  const resamplers = new ResamplerBank();
  const rates = new Map(backend.voices.map((voice) => [voice.id, voice.sampleRate]));
  return {
    ...parts,
    voices: new Set(rates.keys()),
    drainTakesNew: config.drainTakesNew,
    limits: limitsOf(config),
    segmentation: {
      maxCharacters: config.maxSentenceCharacters,
      earlyFirstClause: config.earlyFirstClause,
    },
    cleaning: {
      markdown: config.cleanMarkdown,
      emoji: config.cleanEmoji,
      urls: config.cleanUrls,
      html: config.cleanHtml,
      controlCharacters: config.cleanControlCharacters,
      typography: config.cleanTypography,
    },
    recall: (request) => backend.recall?.(request),
    createResampler(voice, sampleRate) {
      const rate = rates.get(voice)!;
      return rate === sampleRate ? undefined : resamplers.open(rate, sampleRate);
    },
  };
}

function limitsOf(config: Config): SessionLimits {
  return {
    maxTextCharacters: config.maxTextCharacters,
    maxUtteranceCharacters: config.maxUtteranceCharacters,
    maxPendingCharacters: config.maxPendingCharacters,
    maxWaitMs: config.maxWaitMs,
    maxOpenUtterances: config.maxOpenUtterances,
    maxSentenceMs: config.maxSentenceCharacters * MAX_MS_PER_CHARACTER,
    lookaheadSentences: config.lookaheadSentences,
    lookaheadMs: config.lookaheadMs,
    stallMs: config.stallMs,
    idleTimeoutMs: config.idleTimeoutMs,
    maxMessageMs: config.maxMessageMs,
    maxBufferedBytes: config.maxBufferedBytes,
    maxBlockedMs: config.maxBlockedMs,
  };
}
