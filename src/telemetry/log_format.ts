/**
 * How a log line is written: for machines as JSON, for people as text.
 *
 * @module
 */

/** A line before it is written. */
export interface LogEntry {
  /** ms since 1970. */
  readonly timestamp: number;
  readonly level: string;
  /** The part of the server that it comes from. */
  readonly category: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** One flat JSON object. */
export function jsonLine({ timestamp, level, category, message, fields }: LogEntry): string {
  const own = { timestamp: new Date(timestamp).toISOString(), level, category, message };
  // Its own names come first, and a field cannot take their place.
  return toJson({ ...own, ...fields, ...own });
}

/** The names of levels in their colours: SGR parameters. */
const COLOURS: Readonly<Record<string, string>> = {
  debug: "36",
  info: "32",
  warning: "33",
  error: "31",
};

/** Time, level, part, message, and the fields as `name=value`. */
export function textLine(entry: LogEntry, options: { readonly colours: boolean }): string {
  const paint = (sgr: string, text: string) =>
    options.colours ? `\x1b[${sgr}m${text}\x1b[0m` : text;
  const fields = Object.entries(entry.fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${paint("2", `${name}=`)}${valueText(value)}`);
  return [
    paint("2", new Date(entry.timestamp).toISOString()),
    paint(COLOURS[entry.level] ?? "35", entry.level.toUpperCase().padEnd(7)),
    `${entry.category}:`,
    entry.message + fields.join(""),
  ].join(" ");
}

/** Bare where nothing in it could be misread, else as JSON, which also keeps it on one line. */
function valueText(value: unknown): string {
  if (typeof value === "string" && /^[\w.:/@-]+$/.test(value)) return value;
  return toJson(value).replace(/[\x7f-\x9f\u2028\u2029]/g, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** What JSON cannot say is said in words; a line is written in any case. */
function toJson(value: unknown): string {
  try {
    return JSON.stringify(value, plain) ?? "null";
  } catch {
    return JSON.stringify(String(value));
  }
}

function plain(_name: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return value instanceof Error ? value.stack ?? value.message : value;
}
