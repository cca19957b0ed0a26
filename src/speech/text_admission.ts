/**
 * Whether text may come in. It is taken whole or refused whole, at the door and never later.
 *
 * @module
 */

import type { Tenant } from "./fair_queue.ts";
import type { SessionLimits } from "./limits.ts";
import type { Scheduler } from "./scheduler.ts";
import { endedProblem, Refusal } from "./refusal.ts";
import { MS_PER_CHARACTER } from "./sentence.ts";
import type { Problem } from "./types.ts";
import type { Utterance } from "./utterance.ts";
import type { TextAllowances } from "./text_allowance.ts";
import type { Workload } from "./workload.ts";
import type { UtteranceLine } from "./utterance_line.ts";

/** Text at the door. */
export interface TextRequest {
  readonly text: string;
  /** The utterance's id, if the client gave one. */
  readonly id: string | undefined;
  /** The utterance that the text belongs to; undefined when it opens a new one. */
  readonly utterance: Utterance | undefined;
  readonly line: UtteranceLine;
  readonly limits: SessionLimits;
  readonly scheduler: Scheduler;
  readonly workload: Workload;
  readonly allowances: TextAllowances;
  readonly tenant: Tenant;
  readonly isShortOfMemory: () => boolean;
  /** Audio ahead of the listener's ear, in ms: so long the text may wait unheard. */
  readonly aheadMs: number;
}

/** Pause suggested to a client whose text finds the server's queue full, in ms. */
const QUEUE_RETRY_MS = 500;

/**
 * Characters of one session that may wait to be synthesised while memory is short: a few sentences, so
 * that a model's reply goes on.
 */
const SHORT_PENDING_CHARACTERS = 500;

/** Longest pause suggested to a client, in ms. */
const MAX_RETRY_MS = 30_000;

/** Throws a {@linkcode Refusal} unless the text can be taken. */
export function admitText(request: TextRequest): void {
  const { id, utterance } = request;
  checkLength(request);
  if (utterance === undefined) checkNewUtterance(request);
  else if (utterance.state !== "open") throw new Refusal(endedProblem(utterance.id));
  if (id !== undefined && request.line.hasEnded(id)) throw new Refusal(endedProblem(id));
  checkRoom(request);
  // Last: what is refused for another reason costs nothing.
  takeAllowance(request);
}

function checkLength({ text, utterance, limits }: TextRequest): void {
  const inMessage = limits.maxTextCharacters;
  if (text.length > inMessage) throw new Refusal(tooLong(text.length, "text message", inMessage));
  const inUtterance = limits.maxUtteranceCharacters;
  const total = (utterance?.text.length ?? 0) + text.length;
  if (total > inUtterance) throw new Refusal(tooLong(total, "utterance", inUtterance));
}

function tooLong(length: number, what: string, limit: number): Problem {
  return {
    code: "text_too_long",
    message: `${length} characters of text; one ${what} takes at most ${limit}`,
    field: "text",
    limit,
  };
}

function checkNewUtterance({ line, limits }: TextRequest): void {
  if (!line.takesNew) {
    const message = "the server is about to stop and takes no new utterances";
    throw new Refusal({ code: "overloaded", message, field: "utterance_id" });
  }
  const limit = limits.maxOpenUtterances;
  if (line.live.length < limit) return;
  throw new Refusal({
    code: "session_limit",
    message: `${limit} utterances are open or still being spoken; end or interrupt some first`,
    field: "utterance_id",
    limit,
  });
}

function checkRoom(request: TextRequest): void {
  const { scheduler, tenant } = request;
  checkPending(request);
  if (scheduler.isFullFor(tenant)) {
    throw new Refusal({
      code: "overloaded",
      message: `${scheduler.maxQueueDepth} sentences of all sessions wait for a worker already`,
      limit: scheduler.maxQueueDepth,
      retryAfterMs: QUEUE_RETRY_MS,
    });
  }
  checkWait(request);
}

function checkPending({ text, line, limits, isShortOfMemory }: TextRequest): void {
  const isShort = isShortOfMemory();
  const most = limits.maxPendingCharacters;
  const limit = isShort ? Math.min(most, SHORT_PENDING_CHARACTERS) : most;
  let pending = text.length;
  for (const utterance of line.live) pending += utterance.pendingCharacters;
  if (pending <= limit) return;
  throw new Refusal({
    code: "overloaded",
    message: `${pending} characters would wait to be spoken; a session may have ${limit} waiting` +
      (isShort ? " while the server is short of memory" : ""),
    field: "text",
    limit,
    // Room comes as fast as the listener hears.
    retryAfterMs: Math.min(MAX_RETRY_MS, Math.ceil((pending - limit) * MS_PER_CHARACTER)),
  });
}

/** Text that could not be spoken in time is refused now rather than heard too late. */
function checkWait({ workload, tenant, aheadMs, limits }: TextRequest): void {
  const waitMs = workload.waitMs(tenant);
  const excessMs = waitMs - aheadMs - limits.maxWaitMs;
  if (excessMs <= 0) return;
  throw new Refusal({
    code: "overloaded",
    message: `listeners wait ${Math.round(waitMs)} ms for a worker; ` +
      `they may wait ${limits.maxWaitMs} ms`,
    limit: limits.maxWaitMs,
    retryAfterMs: Math.min(MAX_RETRY_MS, Math.ceil(excessMs)),
  });
}

function takeAllowance({ text, allowances, tenant }: TextRequest): void {
  const limit = allowances.limitOf(tenant);
  // Waiting does not help.
  if (limit !== null && text.length > limit) {
    throw new Refusal(tooLong(text.length, "minute", limit));
  }
  const retryAfterMs = allowances.take(tenant, text.length);
  if (limit === null || retryAfterMs === undefined) return;
  throw new Refusal({
    code: "rate_limited",
    message: `more than ${limit} characters of text in a minute`,
    field: "text",
    limit,
    retryAfterMs,
  });
}
