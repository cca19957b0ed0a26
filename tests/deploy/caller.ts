import { assert, assertEquals } from "@std/assert";
import { WsClient } from "../helpers/ws_client.ts";

/** The rate at which the callers listen, in Hz. */
const SAMPLE_RATE = 16_000;

/**
 * A client as it should be: it says one utterance after the other, and when its server is about to
 * stop it goes on with the next one on a new connection.
 *
 * Each utterance that was begun has to be heard whole, and nothing may be reported as an error.
 */
export class Caller {
  /** Sessions that it has opened. */
  sessions = 0;
  /** Utterances that it has heard to their end. */
  heard = 0;
  /** Sessions that were ended because their server was about to stop. */
  drained = 0;
  readonly #url: string;
  #client: WsClient | undefined;

  /** @param host `host:port` of the load balancer. */
  constructor(host: string) {
    this.#url = `ws://${host}/v1/session?sample_rate=${SAMPLE_RATE}`;
  }

  /** Opens a session where there is none. */
  async connect(): Promise<WsClient> {
    if (this.#client !== undefined) return this.#client;
    const client = new WsClient(this.#url);
    await client.next("session_started");
    this.sessions++;
    return this.#client = client;
  }

  /** Has a text spoken and hears it to its end. `onAudio` is told when the first audio comes. */
  async say(text: string, onAudio: () => void = () => {}): Promise<void> {
    while (!await this.#trySay(await this.connect(), text, onAudio)) {
      const { code } = await this.#client!.closed;
      assertEquals(code, 1001, "only a server that stops may close before an utterance");
      this.#assertNoErrors();
      this.drained++;
      this.#client = undefined;
    }
    this.heard++;
  }

  /** Ends the session. */
  async hangUp(): Promise<void> {
    this.#assertNoErrors();
    this.#client?.send({ type: "close" });
    await this.#client?.closed;
    this.#client = undefined;
  }

  /** False when the server was gone before it took the text. */
  async #trySay(client: WsClient, text: string, onAudio: () => void): Promise<boolean> {
    const earlier = { started: client.of("utterance_started").length, bytes: client.audioBytes };
    client.send({ type: "text", text, final: true });
    try {
      await client.next("utterance_started");
    } catch (error) {
      if (client.of("draining").length === 0) throw error;
      return false;
    }
    await client.next("audio");
    onAudio();
    const ended = await client.next("utterance_ended");
    assertEquals([ended.outcome, ended.failed_sentences], ["completed", 0]);
    const bytes = client.audioBytes - earlier.bytes;
    assertEquals(bytes, 2 * Math.round(ended.duration_ms * SAMPLE_RATE / 1000));
    assert(bytes > SAMPLE_RATE, "it was less than half a second");
    assertEquals(ended.characters, text.length);
    return true;
  }

  #assertNoErrors(): void {
    assertEquals(this.#client?.of("error") ?? [], []);
  }
}
