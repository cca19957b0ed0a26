/**
 * The one file that knows the logging library.
 *
 * @module
 */

import { configureSync, getLogger, getTextFormatter, jsonLinesFormatter } from "@logtape/logtape";
import type { LogLevels } from "../lib/setting.ts";

/** Writes log lines of one category; `fields` are structured data beside the message. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** What is logged, and how. */
export interface LoggingOptions {
  readonly level: LogLevels;
  readonly format: "text" | "json";
}

/** Sends the process's log lines to standard error. Before this call nothing is written. */
export function startLogging({ level, format }: LoggingOptions): void {
  const formatter = format === "json" ? jsonLinesFormatter : getTextFormatter({
    timestamp: "rfc3339",
    format: ({ timestamp, level, category, message, record }) =>
      `${timestamp} ${level} ${category} ${message}${fieldsText(record.properties)}`,
  });
  configureSync({
    reset: true,
    sinks: { stderr: (record) => console.error(String(formatter(record)).trimEnd()) },
    loggers: [
      { category: "syrinx", lowestLevel: level.all, sinks: ["stderr"] },
      ...Object.entries(level.parts).map(([part, lowestLevel]) => ({
        category: ["syrinx", part],
        lowestLevel,
      })),
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["stderr"] },
    ],
  });
}

function fieldsText(fields: Record<string, unknown>): string {
  return Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`).join(
    "",
  );
}

/** The logger of a part of the server, such as `session`. */
export function loggerOf(part: string): Logger {
  return getLogger(["syrinx", part]);
}
