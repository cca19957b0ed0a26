import { assertEquals } from "@std/assert";
import { refusalOf } from "../../../src/backends/openai/refusal.ts";

interface Case {
  readonly status: number;
  readonly body: unknown;
  readonly code: string;
  readonly message: string;
}

/** As servers answer, with what is made of it. */
const cases: readonly Case[] = [
  {
    // Kokoro-FastAPI.
    status: 400,
    body: {
      detail: {
        error: "validation_error",
        message: "Voice 'bob' not found. Available voices: af_bella, af_sky",
        type: "invalid_request_error",
      },
    },
    code: "not_found",
    message:
      "it has no such voice (HTTP 400): Voice 'bob' not found. Available voices: af_bella, " +
      "af_sky",
  },
  {
    status: 400,
    body: {
      detail: {
        error: "invalid_model",
        message: "Unsupported model: gpt-7",
        type: "invalid_request_error",
      },
    },
    code: "internal",
    message: "it does not take the model or the format (HTTP 400): Unsupported model: gpt-7",
  },
  {
    status: 500,
    body: { detail: { error: "processing_error", message: "CUDA out of memory" } },
    code: "internal",
    message: "it failed (HTTP 500): CUDA out of memory",
  },
  {
    // speaches.
    status: 404,
    body: { detail: "Model 'tts-1' is not installed locally." },
    code: "internal",
    message:
      "it does not take the model or the format (HTTP 404): Model 'tts-1' is not installed " +
      "locally.",
  },
  {
    status: 422,
    body: { detail: "Voice 'bob' is not supported. Supported voices: [af_bella]" },
    code: "not_found",
    message: "it has no such voice (HTTP 422): Voice 'bob' is not supported. Supported voices: " +
      "[af_bella]",
  },
  {
    status: 422,
    body: {
      detail: [{ type: "missing", loc: ["body", "voice"], msg: "Field required", input: "x" }],
    },
    code: "not_found",
    message: "it has no such voice (HTTP 422): Field required",
  },
  {
    status: 422,
    body: {
      detail: [{
        type: "literal_error",
        loc: ["body", "response_format"],
        msg: "Input should be 'mp3'",
      }],
    },
    code: "internal",
    message: "it does not take the model or the format (HTTP 422): Input should be 'mp3'",
  },
  {
    status: 422,
    body: { detail: [{ type: "too_long", loc: ["body", "input"], msg: "Too long" }] },
    code: "invalid",
    message: "it does not take the request (HTTP 422): Too long",
  },
  {
    // openedai-speech.
    status: 400,
    body: {
      message: "Error loading voice: bob, KeyError: 'bob'",
      code: 400,
      type: "BadRequestError",
      param: "voice",
    },
    code: "not_found",
    message: "it has no such voice (HTTP 400): Error loading voice: bob, KeyError: 'bob'",
  },
  {
    // OpenAI, and LocalAI with fewer fields.
    status: 400,
    body: {
      error: {
        message: "Invalid value",
        type: "invalid_request_error",
        param: "voice",
        code: "invalid_value",
      },
    },
    code: "not_found",
    message: "it has no such voice (HTTP 400): Invalid value",
  },
  {
    status: 404,
    body: {
      error: { message: "The model `tts-9` does not exist", code: "model_not_found", param: null },
    },
    code: "internal",
    message:
      "it does not take the model or the format (HTTP 404): The model `tts-9` does not exist",
  },
  {
    status: 429,
    body: { error: { message: "Rate limit reached", code: "rate_limit_exceeded" } },
    code: "overloaded",
    message: "it is too busy (HTTP 429): Rate limit reached",
  },
  {
    status: 429,
    body: {
      error: { message: "You exceeded your current quota", type: "insufficient_quota", code: null },
    },
    code: "internal",
    message: "its account has nothing left to spend (HTTP 429): You exceeded your current quota",
  },
  {
    status: 500,
    body: { error: { code: 500, message: "could not load model", type: "" } },
    code: "internal",
    message: "it failed (HTTP 500): could not load model",
  },
  {
    status: 400,
    body: { error: "no" },
    code: "invalid",
    message: "it does not take the request (HTTP 400): no",
  },
  // Whoever is in front of them.
  ...[408, 502, 503, 504].map((status) => ({
    status,
    body: "<html><body>Bad Gateway</body></html>",
    code: "unavailable",
    message: `it is not available (HTTP ${status})`,
  })),
  { status: 413, body: "", code: "invalid", message: "it does not take the request (HTTP 413)" },
  { status: 404, body: "404", code: "internal", message: "there is no such service (HTTP 404)" },
  { status: 405, body: null, code: "internal", message: "there is no such service (HTTP 405)" },
  { status: 501, body: [], code: "internal", message: "it failed (HTTP 501)" },
  { status: 307, body: "", code: "internal", message: "it is at another address (HTTP 307)" },
];

function refusal(
  status: number,
  body: unknown,
  options: { headers?: Record<string, string>; secrets?: string[]; hasKey?: boolean } = {},
) {
  const { headers, secrets = [], hasKey = false } = options;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return refusalOf({ status, headers: new Headers(headers) }, text, { secrets, hasKey });
}

Deno.test("each server's refusals are understood, and told in its words", () => {
  for (const { status, body, code, message } of cases) {
    const error = refusal(status, body);
    assertEquals([error.code, error.message], [code, message]);
  }
});

Deno.test("a refused key is told without the server's words, which may show it", () => {
  const body = { error: { message: "Incorrect API key provided: sk-12********89" } };
  assertEquals(
    refusal(401, body, { hasKey: true }).message,
    "it refuses the API key (HTTP 401): see the variable that key_env names",
  );
  assertEquals(
    refusal(401, body).message,
    "it wants an API key (HTTP 401): key_env names the variable that has it",
  );
  const forbidden = refusal(403, body, { hasKey: true });
  assertEquals(forbidden.message, "the API key does not allow this (HTTP 403)");
  for (const status of [401, 403]) assertEquals(refusal(status, body).isFault, true);
});

Deno.test("words that quote the text or the key are not passed on", () => {
  const secrets = ["The patient's name is Ann Smith.", "sk-0123456789abcdef"];
  for (
    const message of [
      "cannot speak: The patient's name is Ann Smith.",
      "failed at 'name is Ann Sm...'",
      "header 'Bearer sk-0123456789' is bad",
    ]
  ) {
    assertEquals(refusal(500, { detail: message }, { secrets }).message, "it failed (HTTP 500)");
  }
  const harmless = refusal(500, { detail: "The name is wrong" }, { secrets });
  assertEquals(harmless.message, "it failed (HTTP 500): The name is wrong");
  assertEquals(
    refusal(500, { detail: "about Hi." }, { secrets: ["Hi.", ""] }).message,
    "it failed (HTTP 500)",
  );
});

Deno.test("long words are cut, and stay in one line", () => {
  const error = refusal(500, { detail: `a\n\n b${"c".repeat(500)}` });
  assertEquals(error.message, `it failed (HTTP 500): a b${"c".repeat(197)}...`);
});

Deno.test("a busy server says when to come again, in seconds, in ms or as a date", () => {
  const after = (headers: Record<string, string>) => refusal(429, "", { headers }).retryAfterMs;
  assertEquals(after({ "retry-after": "2" }), 2_000);
  assertEquals(after({ "retry-after": "0.5" }), 500);
  assertEquals(after({ "retry-after": "7", "retry-after-ms": "20" }), 20);
  const date = "Thu, 01 Jan 2026 00:00:00 GMT";
  assertEquals(after({ "retry-after": "Thu, 01 Jan 2026 00:00:30 GMT", date }), 30_000);
  assertEquals(after({ "retry-after": date, date: "Thu, 01 Jan 2026 00:00:30 GMT" }), 0);
  assertEquals(after({ "retry-after": new Date(Date.now() - 60_000).toUTCString() }), 0);
  assertEquals(after({ "retry-after": "soon" }), undefined);
  assertEquals(after({}), undefined);
});
