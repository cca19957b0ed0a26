/**
 * The backend outside the process: a fleet of TTS workers and speech servers, as a setting names
 * them.
 *
 * @module
 */

import { isIP } from "node:net";
import { ConfigError } from "../errors.ts";
import { clientCredentials, type ClientTls } from "../grpc/credentials.ts";
import type { Clock } from "../lib/clock.ts";
import type { AudioChunk, Backend, SynthesisRequest, Voice } from "../speech/backend.ts";
import {
  type AddressSource,
  createFleet,
  fixedAddresses,
  type FleetBackend,
  type FleetEvent,
  type FleetSettings,
  type Member,
  type MemberError,
} from "./fleet.ts";
import { dnsAddresses, type DnsEvent, type Resolve } from "./grpc/dns_addresses.ts";
import { createGrpcMember } from "./grpc/member.ts";
import { createOpenaiMember } from "./openai/member.ts";
import type { BackendEntry } from "./remote/parse_backends.ts";
import { SourceList } from "./remote/source_list.ts";

export type { DnsEvent } from "./grpc/dns_addresses.ts";
export * from "./remote/parse_backends.ts";

/** What happens to a remote backend, for metrics and logs. */
export type RemoteEvent =
  | FleetEvent
  | DnsEvent
  /** Why a member does not serve, if it does not say so itself; told once until it does. */
  | { readonly type: "backend_trouble"; readonly backend: string; readonly error: string };

/** Options of {@linkcode createRemoteBackend}. */
export interface RemoteBackendOptions {
  /** At least one. */
  readonly backends: readonly BackendEntry[];
  readonly clock: Clock;
  /**
   * Of TTS workers; without it they are spoken to in plain text. Its authorities are believed by
   * speech servers at `https`, too.
   */
  readonly tls?: ClientTls;
  /** @default {defaultFleetSettings} */
  readonly settings?: Partial<FleetSettings>;
  /**
   * Time between two questions for a name's addresses, in ms.
   * @default {5_000}
   */
  readonly dnsRefreshMs?: number;
  /**
   * Resolves names of `dns:///` entries.
   * @default {resolveHost}
   */
  readonly resolve?: Resolve;
  /**
   * What goes to the members with a sentence, e.g. `traceparent` and `x-request-id`; asked where the
   * sentence is begun, in its asynchronous context. Lower-case names.
   */
  readonly metadata?: () => Readonly<Record<string, string>>;
  /** Told what happens; must be quick and must not throw. */
  readonly onEvent?: (event: RemoteEvent) => void;
  /** Ends the wait for a first member. */
  readonly signal?: AbortSignal;
}

/** Addresses of one kind, and how they are spoken to. */
interface Kin {
  /** What it was made of, to know it again. */
  readonly entry: string;
  readonly source: AddressSource;
  readonly open: (address: string) => Member;
}

/** What a remote backend consists of. */
interface RemoteParts {
  readonly fleet: FleetBackend;
  readonly kin: KinList;
  readonly metadata: () => Readonly<Record<string, string>>;
}

/** See the module. */
export class RemoteBackend implements Backend {
  /** Its numbers, and news of its capacity. */
  readonly fleet: FleetBackend;
  readonly #kin: KinList;
  readonly #metadata: () => Readonly<Record<string, string>>;

  /** Use {@linkcode createRemoteBackend}. */
  constructor({ fleet, kin, metadata }: RemoteParts) {
    this.fleet = fleet;
    this.#kin = kin;
    this.#metadata = metadata;
  }

  get voices(): readonly Voice[] {
    return this.fleet.voices;
  }

  get capacity(): number {
    return this.fleet.capacity;
  }

  onCapacity(callback: (capacity: number) => void): () => void {
    return this.fleet.onCapacity(callback);
  }

  /** Speaks one sentence; see {@linkcode FleetBackend.synthesize}. */
  synthesize(
    request: SynthesisRequest,
    { signal }: { readonly signal: AbortSignal },
  ): AsyncIterable<AudioChunk> {
    return this.fleet.synthesize(request, { signal, metadata: this.#metadata() });
  }

  /**
   * From now on these. Those that stay notice nothing, and those that go finish what they have.
   *
   * @throws {ConfigError} for a TTS worker at an IP address with TLS; then all stays as it was.
   */
  replace(backends: readonly BackendEntry[]): void {
    this.#kin.replace(backends);
  }

  /** Ends all connections. Sentences being spoken or waiting fail; later ones are refused. */
  close(): Promise<void> {
    return this.fleet.close();
  }
}

/**
 * Connects to the backends; resolves when a first one is there and the others have had their chance.
 *
 * @throws {ConfigError} for a TTS worker at an IP address with TLS, which takes a name.
 * @throws {Error} if a certificate or key cannot be used, or no backend answers in time; nothing is
 * left then.
 * @throws the signal's reason when it aborts.
 */
export async function createRemoteBackend(options: RemoteBackendOptions): Promise<RemoteBackend> {
  const { backends, clock, settings, onEvent, signal, metadata = () => ({}) } = options;
  const kin = new KinList(options);
  kin.replace(backends);
  const fleet = await createFleet({
    clock,
    source: kin.source,
    open: (address) => kin.open(address),
    ...(settings && { settings }),
    ...(onEvent && { onEvent }),
    ...(signal && { signal }),
  });
  return new RemoteBackend({ fleet, kin, metadata });
}

/** The kin that there are. */
class KinList {
  readonly source = new SourceList([]);
  readonly #options: RemoteBackendOptions;
  readonly #create: (entry: BackendEntry) => Omit<Kin, "entry">;
  #kin: readonly Kin[] = [];

  constructor(options: RemoteBackendOptions) {
    this.#options = options;
    this.#create = kinCreator(options);
  }

  /** See {@linkcode RemoteBackend.replace}. */
  replace(backends: readonly BackendEntry[]): void {
    if (this.#options.tls !== undefined) checkNames(backends);
    this.#kin = backends.map((backend) => {
      const entry = JSON.stringify(backend);
      return this.#kin.find((kin) => kin.entry === entry) ?? { entry, ...this.#create(backend) };
    });
    this.source.replace(this.#kin.map(({ source }) => source));
  }

  /** The member at an address, which one of the sources has named. */
  open(address: string): Member {
    return this.#kin.find(({ source }) => source.current().includes(address))!.open(address);
  }
}

/** A certificate is for a name, and the runtime takes no IP address for one. */
function checkNames(backends: readonly BackendEntry[]): void {
  const problems = backends.flatMap((entry) => {
    const isNumber = entry.kind === "grpc" && isIP(hostOf(entry.address)) !== 0;
    return isNumber ? [`TTS_BACKENDS: "${entry.address}": TLS takes a host name`] : [];
  });
  if (problems.length > 0) throw new ConfigError(problems);
}

/** `[::1]:7001` -> `::1`. */
function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(":")).replace(/^\[|\]$/g, "");
}

function kinCreator(options: RemoteBackendOptions): (entry: BackendEntry) => Omit<Kin, "entry"> {
  const { clock, tls, dnsRefreshMs: refreshMs, resolve, onEvent } = options;
  const credentials = clientCredentials(tls);
  const troubleAt = (backend: string) => (error: MemberError) =>
    onEvent?.({ type: "backend_trouble", backend, error: error.message });
  const openWorker = (address: string, serverName?: string) =>
    createGrpcMember({
      address,
      clock,
      credentials,
      onTrouble: troubleAt(address),
      ...(serverName && { serverName }),
    });
  return (entry) => {
    switch (entry.kind) {
      case "grpc":
        return { source: fixedAddresses([entry.address]), open: (address) => openWorker(address) };
      case "dns":
        return {
          source: dnsAddresses({
            ...entry,
            clock,
            ...(refreshMs && { refreshMs }),
            ...(resolve && { resolve }),
            ...(onEvent && { onEvent }),
          }),
          open: (address) => openWorker(address, entry.host),
        };
      case "openai":
        return {
          source: fixedAddresses([entry.address]),
          open: (address) =>
            createOpenaiMember({
              ...entry,
              clock,
              onTrouble: troubleAt(address),
              ...(tls?.ca && { ca: tls.ca }),
            }),
        };
    }
  };
}
