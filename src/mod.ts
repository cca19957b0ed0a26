/**
 * Syrinx as a library: start a server inside another program, with any backend.
 *
 * @module
 */

export { createEmbeddedBackend, EmbeddedBackend, type ThreadEvent } from "./backends/embedded.ts";
export { type Config, defaultConfig, loadConfig } from "./config.ts";
export { ConfigError, type ErrorCode } from "./errors.ts";
export { type OpenBackend, openBackend, type OpenBackendOptions } from "./open_backend.ts";
export { systemClock } from "./lib/clock.ts";
export { requestContext } from "./telemetry/context.ts";
export { loggerOf, startLogging } from "./telemetry/logger.ts";
export { type Profiler } from "./telemetry/profiler/profiler.ts";
export { traceHeaders } from "./telemetry/tracer.ts";
export { createProfilerOf } from "./open_profiler.ts";
export { Child, CHILD_FLAG, supervise, type SuperviseOptions } from "./processes/mod.ts";
export { reload, type ReloadOptions } from "./reload.ts";
export { type Server, type ServerOptions, type ServerStats, startServer } from "./server.ts";
export type { AudioChunk, Backend, SynthesisRequest, Voice, WordTiming } from "./speech/backend.ts";
export type { SpeechEvent } from "./speech/events.ts";
