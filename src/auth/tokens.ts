/**
 * Short-lived tokens for browsers, so that no key has to be put into a page: signed statements (JWT,
 * RFC 7519, HS256) that whoever shows one may listen until a certain time, for a certain tenant.
 *
 * @module
 */

import { errors, jwtVerify, SignJWT } from "jose";
import type { Tenant } from "../speech/fair_queue.ts";

/** What a token says. */
export interface Grant extends Tenant {
  /** Sessions at the same time; undefined: as many as the server takes. */
  readonly maxSessions: number | undefined;
}

/** Longest life of a token, in s. */
export const MAX_LIFE_S = 3_600;
export const DEFAULT_LIFE_S = 300;

const ALGORITHM = "HS256";
const ISSUER = "syrinx";
/** What a token is good for: to open sessions and ask for speech, not to make more tokens. */
const SCOPE = "speak";

/** Issues and checks tokens. */
export class Tokens {
  readonly #secret: Uint8Array;
  readonly #now: () => Date;

  /**
   * @param secret at least 32 bytes; servers that are to take each other's tokens share it.
   * @param now tells the time.
   */
  constructor(secret: Uint8Array, now: () => Date = () => new Date()) {
    this.#secret = secret;
    this.#now = now;
  }

  /** A token for `lifeS` seconds. */
  issue(grant: Grant, lifeS: number): Promise<string> {
    const { id, weight, maxSessions, charactersPerMinute } = grant;
    const issuedAt = Math.floor(this.#now().getTime() / 1000);
    const limits = {
      ...(maxSessions !== undefined && { max_sessions: maxSessions }),
      ...(charactersPerMinute !== undefined && { characters_per_minute: charactersPerMinute }),
    };
    return new SignJWT({ scope: SCOPE, weight, ...limits })
      .setProtectedHeader({ alg: ALGORITHM, typ: "JWT" })
      .setIssuer(ISSUER)
      .setSubject(id)
      .setJti(crypto.randomUUID())
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifeS)
      .sign(this.#secret);
  }

  /** What a token grants; undefined for one that is none of ours, or over. */
  async check(token: string): Promise<Grant | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#secret, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        requiredClaims: ["exp", "sub", "scope"],
        currentDate: this.#now(),
      });
      if (payload.scope !== SCOPE) return undefined;
      return {
        id: payload.sub!,
        weight: numberOf(payload.weight) ?? 1,
        maxSessions: numberOf(payload.max_sessions),
        charactersPerMinute: numberOf(payload.characters_per_minute),
      };
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}

function numberOf(claim: unknown): number | undefined {
  return typeof claim === "number" ? claim : undefined;
}

/** Whether it looks like a token: three parts of base64url. Keys have no dots in these places. */
export function looksLikeToken(text: string): boolean {
  return /^eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(text);
}
