/**
 * What is written down and measured.
 *
 * @module
 */

import { choice, flag, integer, logLevels, text } from "../lib/setting.ts";

/** By key; the flag has the key's name. */
export const telemetrySettings = {
  logLevel: logLevels({
    env: "LOG_LEVEL",
    description:
      "The least serious kind of log line that is written, of all parts and of single ones: info,session=debug.",
    parts: ["session", "worker", "engine", "backend", "http", "server", "profiler"],
  }),
  logFormat: choice({
    env: "LOG_FORMAT",
    description: "Log lines for people, or as JSON.",
    choices: ["text", "json"],
    fallback: "text",
  }),
  logText: flag({
    env: "LOG_TEXT",
    description: "Write spoken text into log lines; else it never is in one.",
    fallback: false,
  }),
  metrics: flag({
    env: "METRICS",
    description: "Measure, and serve /metrics and /metrics/summary.",
    fallback: true,
  }),
  slaBargeInMs: integer({
    env: "SLA_BARGE_IN_MS",
    description: "Promise: longest time from a barge-in to its report, in ms.",
    min: 1,
    max: 60_000,
    fallback: 50,
  }),
  slaFirstAudioMs: integer({
    env: "SLA_FIRST_AUDIO_MS",
    description: "Promise: longest time from an utterance's first text to its first audio, in ms.",
    min: 1,
    max: 60_000,
    fallback: 500,
  }),
  slaSynthesisMs: integer({
    env: "SLA_SYNTHESIS_MS",
    description: "Promise: longest time of one synthesis, in ms.",
    min: 1,
    max: 60_000,
    fallback: 300,
  }),
  enableProfiling: flag({
    env: "ENABLE_PROFILING",
    description: "Write a CPU profile of every slow section.",
    fallback: false,
  }),
  profileOutputDir: text({
    env: "PROFILE_OUTPUT_DIR",
    description: "Folder for profiles.",
    allowed: "a folder's path",
    pattern: /^.{1,1024}$/,
    fallback: "./profiles",
  }),
  profileMinDurationMs: integer({
    env: "PROFILE_MIN_DURATION_MS",
    description: "Sections that take less are not written, in ms.",
    min: 0,
    max: 600_000,
    fallback: 100,
  }),
  profileMaxFiles: integer({
    env: "PROFILE_MAX_FILES",
    description: "Profiles kept in the folder; the oldest are deleted.",
    min: 1,
    max: 10_000,
    fallback: 100,
  }),
};
