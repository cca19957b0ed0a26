/**
 * The one file that knows the logging library.
 *
 * @module
 */

import { configureSync, getLogger, type LogRecord } from "@logtape/logtape";
import type { LogLevel, LogLevels } from "../lib/setting.ts";
import { contextStorage } from "./context.ts";
import { jsonLine, type LogEntry, textLine } from "./log_format.ts";
import { SpokenText } from "./spoken_text.ts";

/** Writes log lines of one category; `fields` are structured data beside the message. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
  /** Whether a line of that level would be written. */
  isEnabledFor(level: LogLevel): boolean;
}

/** What is logged, and how. */
export interface LoggingOptions {
  readonly level: LogLevels;
  readonly format: "text" | "json";
  /**
   * Whether spoken text may be in a line.
   * @default {false}
   */
  readonly text?: boolean;
  /** What every line says, beside its own. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /**
   * Takes a finished line, without its end.
   * @default {console.error}
   */
  readonly write?: (line: string) => void;
}

const ROOT = "syrinx";

/** Sends the process's log lines to standard error. Before this call nothing is written. */
export function startLogging(options: LoggingOptions): void {
  const { level, format, text = false, fields = {}, write = console.error } = options;
  const colours = format === "text" && options.write === undefined &&
    Deno.stderr.isTerminal() && !Deno.noColor;
  const toLine = format === "json" ? jsonLine : (entry: LogEntry) => textLine(entry, { colours });
  const sinks = ["lines"];
  configureSync({
    reset: true,
    contextLocalStorage: contextStorage,
    sinks: { lines: (record) => write(toLine(toEntry(record, text, fields))) },
    loggers: [
      { category: ROOT, lowestLevel: level.all, sinks },
      ...Object.entries(level.parts).map(([part, lowestLevel]) => ({
        category: [ROOT, part],
        lowestLevel,
        sinks,
        // Through its parent, a part could say less than the others, but never more.
        parentSinks: "override" as const,
      })),
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks },
    ],
  });
}

/** The logger of a part of the server, such as `session`. */
export function loggerOf(part: string): Logger {
  return getLogger([ROOT, part]);
}

function toEntry(
  record: LogRecord,
  isTextShown: boolean,
  ofAll: Readonly<Record<string, unknown>>,
): LogEntry {
  const { timestamp, level, message, properties } = record;
  const category = record.category.filter((name) => name !== ROOT).join(".");
  const fields: Record<string, unknown> = { ...ofAll };
  for (const [name, value] of Object.entries(properties)) {
    const shown = value instanceof SpokenText ? shownText(value, isTextShown) : value;
    if (shown !== undefined) fields[name] = shown;
  }
  return { timestamp, level, category, message: message.join(""), fields };
}

function shownText({ text, instead }: SpokenText, isShown: boolean): string | undefined {
  return isShown ? text : instead;
}
