import { assert, assertEquals, assertMatch } from "@std/assert";
import { requestContext } from "../../src/telemetry/context.ts";
import { textLine } from "../../src/telemetry/log_format.ts";
import { loggerOf, type LoggingOptions, startLogging } from "../../src/telemetry/logger.ts";
import { SpokenText, withoutText } from "../../src/telemetry/spoken_text.ts";

/** The lines that `work` writes. */
function linesOf(options: Partial<LoggingOptions>, work: () => void): string[] {
  const lines: string[] = [];
  startLogging({
    level: { all: "info", parts: {} },
    format: "json",
    write: (line) => lines.push(line),
    ...options,
  });
  work();
  return lines;
}

Deno.test("a JSON line is one flat object: what it is, its context, its fields", () => {
  const [line] = linesOf({}, () =>
    requestContext(
      { sessionId: "s", requestId: "r" },
      () => loggerOf("session").info("Session ended", { duration_s: 1.5, close: "gone" }),
    ));
  const { timestamp, ...rest } = JSON.parse(line!);
  assertMatch(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assertEquals(rest, {
    level: "info",
    category: "session",
    message: "Session ended",
    session_id: "s",
    request_id: "r",
    duration_s: 1.5,
    close: "gone",
  });
});

Deno.test("a line is written whatever is in its fields, and they cannot pose as its own", () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const lines = linesOf({}, () => {
    const log = loggerOf("x");
    log.info("one", { level: "error", message: "two", category: "y", big: 12n });
    log.info("three", { circle });
    log.info("four\nfive", { error: new RangeError("too far") });
  });
  assertEquals(lines.length, 3);
  const [first, , third] = lines.map((line) => JSON.parse(line));
  assertEquals([first.level, first.message, first.category, first.big], ["info", "one", "x", "12"]);
  assertMatch(third.error, /^RangeError: too far\n/);
  assert(lines.every((line) => !line.includes("\n")));
});

Deno.test("each part of the server has its own level, or that of all", () => {
  const level = { all: "warning", parts: { session: "debug", http: "error" } } as const;
  const lines = linesOf({ level }, () => {
    for (const part of ["session", "http", "worker"]) {
      const log = loggerOf(part);
      for (const method of ["debug", "info", "warn", "error"] as const) log[method](method);
    }
  });
  assertEquals(lines.map((line) => JSON.parse(line)).map((line) => line.category + line.level), [
    "sessiondebug",
    "sessioninfo",
    "sessionwarning",
    "sessionerror",
    "httperror",
    "workerwarning",
    "workererror",
  ]);
  assertEquals(loggerOf("session").isEnabledFor("debug"), true);
  assertEquals(loggerOf("worker").isEnabledFor("info"), false);
});

Deno.test("spoken text is written only where that is wanted", () => {
  const write = () =>
    loggerOf("worker").warn("Synthesis failed", {
      text: new SpokenText("a secret"),
      error: new SpokenText("cannot say a secret", "cannot say …"),
    });
  const hidden = JSON.parse(linesOf({}, write)[0]!);
  assertEquals([hidden.text, hidden.error], [undefined, "cannot say …"]);
  const shown = JSON.parse(linesOf({ text: true }, write)[0]!);
  assertEquals([shown.text, shown.error], ["a secret", "cannot say a secret"]);
});

Deno.test("a text line is for people, has no colours off a terminal, and stays one line", () => {
  const [line] = linesOf({ format: "text" }, () =>
    requestContext(
      { sessionId: "s-1" },
      () =>
        loggerOf("session").info("Session ended", {
          duration_s: 2,
          why: "gone\nWARNING \x1b[31m\x9b31m forged",
        }),
    ));
  assertEquals(
    line!.replace(/^\S+ /, ""),
    "INFO    session: Session ended session_id=s-1 duration_s=2 " +
      'why="gone\\nWARNING \\u001b[31m\\u009b31m forged"',
  );
});

Deno.test("on a terminal the level has its colour", () => {
  const entry = { timestamp: 0, level: "error", category: "x", message: "oh", fields: { a: "b" } };
  assertEquals(
    textLine(entry, { colours: true }),
    "\x1b[2m1970-01-01T00:00:00.000Z\x1b[0m \x1b[31mERROR  \x1b[0m x: oh \x1b[2ma=\x1b[0mb",
  );
});

Deno.test("what an engine quotes of its text is taken out of its message, and the rest stays", () => {
  const text = "Meet Marguerite at noon.";
  assertEquals(withoutText(`cannot say "${text}"`, text), 'cannot say "…"');
  assertEquals(withoutText("no rule for MARGUERITE (code 7)", text), "no rule for … (code 7)");
  assertEquals(withoutText("no audio came for 2000 ms", text), "no audio came for 2000 ms");
  assertEquals(withoutText("无法朗读: 秘密", "这是一个秘密。"), "无法朗读: …");
});
