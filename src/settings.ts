/**
 * Every setting there is, declared once, by what it is about.
 *
 * @module
 */

import type { Setting } from "./lib/setting.ts";
import { accessSettings } from "./settings/access.ts";
import { backendsSettings } from "./settings/backends.ts";
import { cacheSettings } from "./settings/cache.ts";
import { dialectsSettings } from "./settings/dialects.ts";
import { limitsSettings } from "./settings/limits.ts";
import { listenerSettings } from "./settings/listener.ts";
import { speechSettings } from "./settings/speech.ts";
import { telemetrySettings } from "./settings/telemetry.ts";

/** By key; the flag has the key's name. */
export const settings = {
  ...listenerSettings,
  ...accessSettings,
  ...backendsSettings,
  ...cacheSettings,
  ...speechSettings,
  ...dialectsSettings,
  ...limitsSettings,
  ...telemetrySettings,
} satisfies Record<string, Setting<unknown>>;
