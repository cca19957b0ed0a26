/**
 * Settings that describe themselves: one declaration gives the parser, the error message, the help
 * text and the table in the documentation.
 *
 * @module
 */

/** One setting of type `T`. */
export interface Setting<T> {
  /** Environment variable; the flag is named after the setting's key. */
  readonly env: string;
  /** One sentence. */
  readonly description: string;
  /** What a value may be, in words. */
  readonly allowed: string;
  /** The value where none is given. */
  readonly fallback: T;
  /** The fallback in words, where it depends on the machine. */
  readonly fallbackText?: string;
  /** True when the value must never be printed. */
  readonly secret?: boolean;
  /** Undefined when the text is not allowed. */
  readonly parse: (text: string) => T | undefined;
}

/** What every kind of setting takes. */
export interface SettingText {
  readonly env: string;
  readonly description: string;
  readonly fallbackText?: string;
}

/** A whole number within a range. */
export function integer(
  options: SettingText & { min: number; max: number; fallback: number },
): Setting<number> {
  const { min, max } = options;
  return {
    ...options,
    allowed: `a whole number from ${min} to ${max}`,
    parse(text) {
      const value = Number(text);
      return /^\d+$/.test(text) && value >= min && value <= max ? value : undefined;
    },
  };
}

/** Yes or no. */
export function flag(options: SettingText & { fallback: boolean }): Setting<boolean> {
  return {
    ...options,
    allowed: "true or false",
    parse(text) {
      if (["true", "1", "yes", "on", ""].includes(text.toLowerCase())) return true;
      if (["false", "0", "no", "off"].includes(text.toLowerCase())) return false;
      return undefined;
    },
  };
}

/** One of a few words. */
export function choice<const T extends string>(
  options: SettingText & { choices: readonly T[]; fallback: T },
): Setting<T> {
  return {
    ...options,
    allowed: options.choices.join(", "),
    parse: (text) => options.choices.find((choice) => choice === text),
  };
}

/** Any text of a given form. */
export function text(
  options: SettingText & { allowed: string; pattern: RegExp; fallback: string },
): Setting<string> {
  return { ...options, parse: (value) => options.pattern.test(value) ? value : undefined };
}

/** The path of a file that may be named, for {@linkcode text}. */
export const filePath = {
  allowed: "a file's path",
  pattern: /^.{1,1024}$/,
  fallback: "",
  fallbackText: "none",
};

/** How serious a log line is. */
export type LogLevel = "debug" | "info" | "warning" | "error";

const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error"];

/** A level for all parts of the program, and others for single ones by name. */
export interface LogLevels {
  readonly all: LogLevel;
  readonly parts: Readonly<Record<string, LogLevel>>;
}

/** `info`, or `info,session=debug,http=warning`. */
export function logLevels(
  options: SettingText & { parts: readonly string[] },
): Setting<LogLevels> {
  const isLevel = (text: string | undefined): text is LogLevel =>
    LOG_LEVELS.some((level) => level === text);
  return {
    ...options,
    allowed: `${LOG_LEVELS.join(", ")}, and after a comma PART=LEVEL, where a part is ` +
      options.parts.join(", "),
    fallback: { all: "info", parts: {} },
    fallbackText: "info",
    parse(value) {
      let all: LogLevel = "info";
      const parts: Record<string, LogLevel> = {};
      for (const item of value.split(",").map((item) => item.trim())) {
        const match = /^(?:([a-z_]+)=)?([a-z]+)$/.exec(item);
        const level = match?.[2];
        if (!isLevel(level)) return undefined;
        const part = match![1];
        if (part === undefined) all = level;
        else if (options.parts.includes(part)) parts[part] = level;
        else return undefined;
      }
      return { all, parts };
    },
  };
}

/** `NAME=VALUE` with commas between them. */
export function pairs(
  options: SettingText & { allowed: string },
): Setting<ReadonlyMap<string, string>> {
  return {
    ...options,
    fallback: new Map(),
    fallbackText: "none",
    parse(text) {
      const items = text.split(",").map((item) => item.trim()).filter((item) => item !== "");
      const found = items.map((item) => /^([^=]+)=([^=]+)$/.exec(item));
      if (found.includes(null)) return undefined;
      const map = new Map(found.map((match) => [match![1]!.trim(), match![2]!.trim()]));
      // A name twice is a mistake, whichever is meant.
      return map.size === items.length ? map : undefined;
    },
  };
}

/** Texts with commas between them. */
export function list(
  options: SettingText & { allowed: string; pattern: RegExp },
): Setting<readonly string[]> {
  return {
    fallbackText: "none",
    ...options,
    fallback: [],
    parse(value) {
      const items = value.split(",").map((item) => item.trim()).filter((item) => item !== "");
      return items.every((item) => options.pattern.test(item)) ? items : undefined;
    },
  };
}

/** Texts with commas between them, never printed. */
export function secrets(
  options: SettingText & { allowed: string; pattern: RegExp },
): Setting<readonly string[]> {
  return { ...list(options), secret: true };
}

/** One text, never printed; empty where none is given. */
export function secret(
  options: SettingText & { allowed: string; pattern: RegExp },
): Setting<string> {
  return { ...text({ ...options, fallback: "" }), secret: true };
}

/** `maxQueueDepth` -> `max-queue-depth`. */
export function flagName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
