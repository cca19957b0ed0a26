/**
 * `deno task say`: speaks text with a running server.
 *
 * @module
 */

import { KEY_VARIABLE, parseSayArgs, sayHelp, type SayOptions, sessionUrl } from "./args.ts";
import { type AudioSink, NoSink } from "./audio_sink.ts";
import { SessionClient } from "./client.ts";
import { Conversation, EXIT } from "./conversation.ts";
import type { SessionStarted } from "./messages.ts";
import { playerNames, startPlayer } from "./player.ts";
import { Progress } from "./progress.ts";
import { openText } from "./text_source.ts";
import { WavFile, WavStream } from "./wav_file.ts";

/** What Ctrl-C does, the first time and the second. */
interface Interruptible {
  interrupt(): void;
  finish(): void;
}

async function main(): Promise<number> {
  const startedAt = performance.now();
  const parsed = parseSayArgs(Deno.args, (name) => name === KEY_VARIABLE ? readKey() : undefined);
  if (parsed.kind === "help") {
    console.log(sayHelp());
    return EXIT.said;
  }
  if (parsed.kind === "bad") {
    for (const problem of parsed.problems) console.error(problem);
    return EXIT.badFlags;
  }
  let current: Interruptible | undefined;
  let interruptions = 0;
  Deno.addSignalListener("SIGINT", () => {
    if (++interruptions === 1 && current !== undefined) return current.interrupt();
    current?.finish();
    Deno.exit(EXIT.interrupted);
  });
  return await say(parsed.options, startedAt, (started) => current = started);
}

/** Without the permission there is no key. */
function readKey(): string | undefined {
  return Deno.permissions.querySync({ name: "env", variable: KEY_VARIABLE }).state === "granted"
    ? Deno.env.get(KEY_VARIABLE)
    : undefined;
}

async function say(
  options: SayOptions,
  startedAt: number,
  onStarted: (started: Interruptible) => void,
): Promise<number> {
  const progress = new Progress({ print: (line) => console.error(line), quiet: options.quiet });
  const onMessage = (message: unknown) => {
    if (options.json) console.log(JSON.stringify(message));
  };
  let text: AsyncIterable<string>;
  try {
    text = openText(options);
  } catch (error) {
    console.error(messageOf(error));
    return EXIT.badFlags;
  }
  try {
    const { key } = options;
    const client = await SessionClient.connect({ url: sessionUrl(options), key });
    onMessage(client.session);
    const sink = openSink(options, client.session, progress);
    const conversation = new Conversation({ client, text, sink, progress, onMessage, startedAt });
    onStarted({
      interrupt: () => conversation.interrupt(),
      finish: () => sink.finish?.(),
    });
    return await conversation.run();
  } catch (error) {
    progress.problem(messageOf(error));
    return EXIT.failed;
  }
}

function openSink(
  { out, encoding, player }: SayOptions,
  { sample_rate }: SessionStarted,
  progress: Progress,
): AudioSink {
  if (out === "-") return new WavStream(Deno.stdout.writable, encoding, sample_rate);
  if (out !== undefined) return new WavFile(out, encoding, sample_rate);
  const found = startPlayer(sample_rate, player);
  if (found !== undefined) return found;
  progress.problem(
    `nothing to play with: ${player ?? playerNames.join(", ")} is not installed; ` +
      "--out FILE.wav writes a file",
  );
  return new NoSink();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// A read of standard input that nobody waits for any more would keep the process alive.
if (import.meta.main) Deno.exit(await main());
