/**
 * What speaks.
 *
 * @module
 */

import { choice, filePath, flag, integer, text } from "../lib/setting.ts";

/** By key; the flag has the key's name. */
export const backendsSettings = {
  engine: choice({
    env: "ENGINE",
    description: "Embedded speech engine (all but flite have to be added first, see the README).",
    choices: ["flite", "espeak", "sherpa"],
    fallback: "flite",
  }),
  modelDir: text({
    env: "MODEL_DIR",
    description: "Folder of the model that the engine sherpa speaks with.",
    allowed: "a folder's path",
    pattern: /^.{1,1024}$/,
    fallback: "",
    fallbackText: "none",
  }),
  modelThreads: integer({
    env: "MODEL_THREADS",
    description: "Cores that the engine sherpa uses for one sentence.",
    min: 1,
    max: 64,
    fallback: 1,
  }),
  ttsBackends: text({
    env: "TTS_BACKENDS",
    description:
      "Speak with other processes instead of an embedded engine: TTS workers, and servers with OpenAI's speech API (docs/scaling.md).",
    allowed:
      "HOST:PORT, dns:///HOST:PORT or openai+http(s)://HOST[:PORT][/PATH], and commas between",
    pattern: /^.{1,10000}$/,
    fallback: "",
    fallbackText: "none",
  }),
  ttsBackendsCa: text({
    env: "TTS_BACKENDS_CA",
    description: "File of the authorities that certificates of TTS backends are from.",
    ...filePath,
  }),
  ttsBackendsCert: text({
    env: "TTS_BACKENDS_CERT",
    description: "File of the certificate that the server shows to TTS workers.",
    ...filePath,
  }),
  ttsBackendsKey: text({
    env: "TTS_BACKENDS_KEY",
    description: "File of that certificate's key.",
    ...filePath,
  }),
  ttsBackendsTls: flag({
    env: "TTS_BACKENDS_TLS",
    description: "Speak to TTS workers over TLS; the three files above imply it.",
    fallback: false,
  }),
  backendFirstChunkMs: integer({
    env: "BACKEND_FIRST_CHUNK_MS",
    description: "Longest wait for a backend's first audio; then another is asked, in ms.",
    min: 10,
    max: 600_000,
    fallback: 3_000,
  }),
  backendChunkMs: integer({
    env: "BACKEND_CHUNK_MS",
    description: "Longest wait for a backend's next audio; then another goes on, in ms.",
    min: 10,
    max: 600_000,
    fallback: 2_000,
  }),
  backendUnavailableMs: integer({
    env: "BACKEND_UNAVAILABLE_MS",
    description: "Time that a sentence waits while no backend is up, in ms; then it fails.",
    min: 0,
    max: 600_000,
    fallback: 10_000,
  }),
  hedgeAfterMs: integer({
    env: "HEDGE_AFTER_MS",
    description: "Wait for first audio after which a second backend is asked too, in ms; 0: never.",
    min: 0,
    max: 600_000,
    fallback: 0,
  }),
  voice: text({
    env: "VOICE",
    description: "Voice of a session that asks for none.",
    allowed: "a voice of the engine",
    pattern: /^.{1,64}$/,
    fallback: "",
    fallbackText: "the engine's first",
  }),
};
