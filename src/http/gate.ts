/**
 * Who may come in: by key, by token, by where a page is from; and how often one may be wrong.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import type { Attempts } from "../auth/attempts.ts";
import type { Keyring } from "../auth/keyring.ts";
import { type Grant, looksLikeToken, type Tokens } from "../auth/tokens.ts";
import { ANYONE } from "../speech/fair_queue.ts";
import type { HttpRefusal } from "./refusal.ts";
import type { RequestContext } from "./route.ts";
import { shownKeys } from "./shown_keys.ts";
import { keyNeeded } from "./unauthorized.ts";

/** Who has been let in. */
export interface Visitor extends Grant {
  /** IP address of the other end of the connection. */
  readonly address: string;
  /** Whether it showed a key itself, and not a token or nothing. */
  readonly hasKey: boolean;
}

/** What was shown in vain, or `slow`: too much of that, and nothing more was looked at. */
export type Stranger = { readonly stranger: "unauthorized" | "slow" | "origin" } & {
  readonly refusal: HttpRefusal;
};

/** Options of {@linkcode Gate}. */
export interface GateOptions {
  readonly keyring: Keyring;
  readonly attempts: Attempts;
  /**
   * Whether a key is needed also while none opens: the last one may have been revoked.
   * @default {false}
   */
  readonly isKeyed?: boolean;
  /** A key was shown that opens nothing. */
  readonly onWrongKey?: () => void;
  /** Absent where no tokens are taken. */
  readonly tokens?: Tokens | undefined;
  /** Origins whose pages may come, as `https://example.com`; empty: all. */
  readonly origins?: readonly string[];
  /** How to show a key, where it is not the usual way. */
  readonly keyNeeded?: Omit<HttpRefusal, "status">;
}

/** Characters of a key from which on it cannot be guessed, if it was not chosen by hand. */
const LONG_KEY = 32;

/** Lets in who may come. */
export class Gate {
  readonly #options: GateOptions;
  #keyring: Keyring;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#keyring = options.keyring;
  }

  /** Whether a key is needed at all. */
  get needsKey(): boolean {
    return this.#options.isKeyed === true || this.#keyring.size > 0;
  }

  /** Whether there are others whom one tenant could keep out. */
  get hasSeveralTenants(): boolean {
    return this.#keyring.tenants > 1;
  }

  /** From now on these keys open. Who is in stays in. */
  replaceKeys(keyring: Keyring): void {
    this.#keyring = keyring;
  }

  /** Whether pages of an origin may come. */
  takesOrigin(origin: string | null): boolean {
    const { origins = [] } = this.#options;
    return origin === null || origins.length === 0 || origins.includes(origin);
  }

  /** Who asks, or why not. */
  async identify(
    request: Request,
    { url, peer }: Pick<RequestContext, "url" | "peer">,
  ): Promise<Visitor | Stranger> {
    if (!this.takesOrigin(request.headers.get("origin"))) return foreign();
    if (!this.needsKey) return visitor({ ...ANYONE, maxSessions: undefined }, peer, false);
    return await this.tryKeys(shownKeys(request.headers, url), peer);
  }

  /** Who shows this key, and no token, in a message; undefined for a stranger. */
  tryKey(key: string, peer: string): Visitor | undefined {
    const { attempts } = this.#options;
    if (attempts.waitMs(peer) !== undefined) return undefined;
    const found = this.#findKey(key, peer);
    if (found === undefined) this.#noteWrongKey(peer);
    return found;
  }

  /** Who shows one of these keys, or why not. */
  async tryKeys(keys: readonly string[], peer: string): Promise<Visitor | Stranger> {
    const { attempts } = this.#options;
    const waitMs = attempts.waitMs(peer);
    // An address may be that of many, of whom one guesses. What cannot be guessed is looked at.
    const looked = waitMs === undefined ? keys : keys.filter((key) => this.#isUnguessable(key));
    for (const key of looked) {
      const found = await this.#find(key, peer);
      if (found !== undefined) return found;
    }
    if (waitMs !== undefined) return slow(waitMs);
    // Who shows nothing guesses nothing, and a token that is over is no guess either.
    if (keys.some((key) => !looksLikeToken(key))) this.#noteWrongKey(peer);
    return unknown(this.#options.keyNeeded ?? keyNeeded);
  }

  /**
   * A token is signed, of the keys that we make one has to know the id, and no long key is found by
   * guessing: who is let try one finds nothing, and whose it is gets in.
   */
  #isUnguessable(key: string): boolean {
    return looksLikeToken(key) || this.#keyring.hasIdOf(key) || key.length >= LONG_KEY;
  }

  #noteWrongKey(peer: string): void {
    this.#options.attempts.noteFailure(peer);
    this.#options.onWrongKey?.();
  }

  async #find(key: string, peer: string): Promise<Visitor | undefined> {
    const { tokens } = this.#options;
    if (tokens !== undefined && looksLikeToken(key)) {
      const grant = await tokens.check(key);
      return grant && visitor(grant, peer, false);
    }
    return this.#findKey(key, peer);
  }

  #findKey(key: string, peer: string): Visitor | undefined {
    const stored = this.#keyring.find(key);
    if (stored === undefined) return undefined;
    const { tenant: id, weight, maxSessions, charactersPerMinute } = stored;
    return visitor({ id, weight, maxSessions, charactersPerMinute }, peer, true);
  }
}

function visitor(grant: Grant, address: string, hasKey: boolean): Visitor {
  return { ...grant, address, hasKey };
}

function unknown(needed: Omit<HttpRefusal, "status">): Stranger {
  return { stranger: "unauthorized", refusal: { status: STATUS_CODE.Unauthorized, ...needed } };
}

function slow(waitMs: number): Stranger {
  return {
    stranger: "slow",
    refusal: {
      status: STATUS_CODE.TooManyRequests,
      error: {
        code: "rate_limited",
        message: "too many wrong keys came from this address",
        retry_after_ms: waitMs,
      },
      headers: { "retry-after": String(Math.ceil(waitMs / 1000)) },
    },
  };
}

function foreign(): Stranger {
  return {
    stranger: "origin",
    refusal: {
      status: STATUS_CODE.Forbidden,
      error: { code: "forbidden", message: "pages of this origin may not come", field: "origin" },
    },
  };
}
