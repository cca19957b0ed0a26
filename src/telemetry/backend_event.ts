/**
 * What a fleet of backends tells, as far as it is watched.
 *
 * @module
 */

/** One thing that happened. `backend` is an address; durations are ms. */
export type BackendEvent =
  | { readonly type: "backend_up"; readonly backend: string; readonly engine: string }
  | { readonly type: "backend_down"; readonly backend: string; readonly reason: string }
  | {
    readonly type: "voice_refused";
    readonly backend: string;
    readonly voice: string;
    readonly sampleRate: number;
  }
  | {
    readonly type: "breaker_changed";
    readonly backend: string;
    readonly state: "closed" | "half_open" | "open";
  }
  | {
    readonly type: "request_ended";
    readonly backend: string;
    readonly code: string;
    readonly firstChunkMs?: number;
    readonly error?: string;
  }
  | {
    readonly type: "failover";
    readonly phase: "before_first_chunk" | "mid_sentence";
    readonly from: string;
    readonly to: string;
    readonly code: string;
  }
  | { readonly type: "joined"; readonly kind: "exact" | "word" | "time"; readonly backend: string }
  /** Why a backend does not serve, if it does not say so itself. */
  | { readonly type: "backend_trouble"; readonly backend: string; readonly error: string }
  | {
    readonly type: "addresses_changed";
    readonly name: string;
    readonly addresses: readonly string[];
  }
  | { readonly type: "resolve_failed"; readonly name: string; readonly error: string }
  | { readonly type: "hedge_started"; readonly backend: string }
  | { readonly type: "hedge_ended"; readonly won: boolean }
  | { readonly type: "retry_denied"; readonly kind: "failover" | "hedge" };
