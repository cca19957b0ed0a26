/**
 * What runs in an engine's thread.
 *
 * @module
 */

import { loadEngine } from "../../engines/registry.ts";
import { serveEngine, type ThreadPort } from "./serve_engine.ts";

serveEngine(globalThis as unknown as ThreadPort, loadEngine);
