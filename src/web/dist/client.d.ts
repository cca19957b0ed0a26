/**
 * Syrinx for pages and programs: say text, know what was heard, interrupt.
 *
 * A session outlives its connections: after a lost one it says on the next, which may be with
 * another server, what the listener has not heard. A sentence that was cut begins again; nothing else
 * is heard twice, and nothing is left out.
 *
 * @example In a page
 * ```html
 * <button id="speak">Speak</button>
 * <script type="module">
 *   import { connect } from "http://localhost:8081/client.js";
 *   document.querySelector("#speak").onclick = async () => {
 *     const session = await connect("http://localhost:8081");
 *     console.log(await session.say("Hello, I am Syrinx.").heard);
 *   };
 * </script>
 * ```
 *
 * @example In Deno or Node, where there is nothing to play with: audio goes to the program
 * ```ts
 * import { connect } from "./client.js";
 *
 * const session = await connect("http://localhost:8081", { onAudio: ({ pcm }) => play(pcm) });
 * const { heard } = session.say("Hello, I am Syrinx.");
 * console.log((await heard).text);
 * await session.close();
 * ```
 *
 * @module
 */
/**
 * Voice barge-in: with the microphone on, a listener interrupts by speaking.
 *
 * @module
 */
/**
 * Lets the listener interrupt a session by speaking. What may be speech pauses it at once; if it was
 * not (a cough, a door), the session goes on where it stopped. Call it while you handle a click: the
 * browser asks for the microphone. Nothing that is heard leaves the page.
 *
 * @throws {SyrinxError} `no_microphone` or `no_audio`.
 *
 * @example
 * ```ts
 * import { attachVoice, connect } from "http://localhost:8081/client.js";
 *
 * const session = await connect("http://localhost:8081");
 * const voice = await attachVoice(session, { sensitivity: 0.6 });
 * voice.on("bargeIn", ({ heardText }) => console.log(heardText));
 * ```
 */
export declare function attachVoice(session: Session, options?: VoiceOptions): Promise<Voice>;
/**
 * Opening a session.
 *
 * @module
 */
/**
 * Opens a session with a server, at `https://HOST`, `wss://HOST/v1/session` or, in one of its own
 * pages, `/`. In a browser call it while you handle a click, so that audio may be heard at once.
 *
 * @throws {SyrinxError} when there is no session to be had, or nothing to play with.
 *
 * @example
 * ```ts
 * import { connect } from "http://localhost:8081/client.js";
 *
 * const session = await connect("http://localhost:8081");
 * const utterance = session.say("Hello, I am Syrinx.");
 * console.log(await utterance.heard);
 * ```
 */
export declare function connect(address: string | URL, options?: ConnectOptions): Promise<Session>;
/**
 * The one kind of error of this library.
 *
 * @module
 */
/** What went wrong. `code` is the server's (see the protocol), or one of this library's own. */
export declare class SyrinxError extends Error { readonly name = "SyrinxError";
    /**
     * Of this library: `unreachable` (no server, or one that refuses), `connection_lost` (and no other
     * to be had), `closed` (the session is), `no_audio` (nothing to play with), `no_microphone`, `bad_audio` (it
     * cannot be decoded), `source_failed` (the text's source threw), `bad_option`.
     */
    readonly code: string;
    /** Whether the session is over. */
    readonly fatal: boolean;
    constructor(code: string, message: string, options?: ErrorOptions & {
        fatal?: boolean;
    });
}
/**
 * What a program sees of the library: sessions, utterances, and what they tell. Times are ms, text
 * positions UTF-16 units in the text of the utterance.
 *
 * @module
 */
/** Whether there is a connection. */
export type SessionState = 
/** Connected. */
"open"
/** The connection was lost; another one is being tried. What is unheard will be said then. */
 | "reconnecting"
/** The server let an idle session go. The next text opens another one. */
 | "idle"
/** Over. */
 | "closed";
/** Whether audio can be heard. Where it cannot, the session waits: nothing is lost. */
export type AudioState = "running"
/** The browser wants a gesture first: call `unlock()` when the listener clicks. */
 | "blocked"
/** There is no device to play on now, or something else has it. */
 | "lost"
/** The audio context was closed. */
 | "closed";
/** How an utterance ended. */
export type Outcome = "completed" | "interrupted" | "failed";
/** What was heard of an utterance, in the end. */
export interface Heard { /** What was heard of its text; when interrupted, up to the last word that was heard whole. */
    readonly text: string;
    /** The rest. */
    readonly unheardText: string;
    /** Audio that was heard. */
    readonly playedMs: number;
    readonly outcome: Outcome;
}
/** A sentence, told when the listener begins to hear it. */
export interface SentenceEvent { readonly utterance: Utterance;
    /** Place in the utterance, from 0. A sentence that is repeated keeps it. */
    readonly index: number;
    /** As spoken. */
    readonly text: string;
    /** Range in the utterance's text. */
    readonly start: number;
    readonly end: number;
}
/** A word, told when the listener begins to hear it. */
export interface WordEvent { readonly utterance: Utterance;
    /** The sentence that it is in. */
    readonly index: number;
    /** As spoken. */
    readonly text: string;
    /** Range in the utterance's text. */
    readonly start: number;
    readonly end: number;
    /** How long it is spoken. */
    readonly durationMs: number;
}
/** What an utterance tells. */
export interface UtteranceEvents { readonly sentence: SentenceEvent;
    readonly word: WordEvent;
    readonly ended: Heard;
}
/** What a session tells. */
export interface SessionEvents { readonly state: SessionState;
    readonly audio: AudioState;
    readonly sentence: SentenceEvent;
    readonly word: WordEvent;
    readonly ended: Heard & {
        readonly utterance: Utterance;
    };
    /** Something is not as it should be, and nothing is lost. */
    readonly warning: {
        readonly code: string;
        readonly message: string;
    };
    /** Something went wrong; a `fatal` error closes the session. */
    readonly error: SyrinxError;
    /** A protocol message, as sent or received. */
    readonly message: {
        readonly direction: "in" | "out";
        readonly message: object;
    };
}
/** One reply being said. */
export interface Utterance { readonly id: string;
    /** All of its text so far. */
    readonly text: string;
    /** Audio that was heard so far. */
    readonly playedMs: number;
    /** Resolves when it is over, whatever happened; never rejects. */
    readonly heard: Promise<Heard>;
    /** Calls `listener` for every event of that type, until the returned function is called. */
    on<Type extends keyof UtteranceEvents>(type: Type, listener: (event: UtteranceEvents[Type]) => void): () => void;
}
/** A text, or what a model writes of one, piece by piece; pieces that are nothing are skipped. */
export type SayText = string | AsyncIterable<string | null | undefined>;
/** How an utterance is to be spoken. */
export interface SayOptions { /** 1 to 64 of `A-Z a-z 0-9 _ - .`; each only once. */
    readonly id?: string;
    /** The session's voice if absent. */
    readonly voice?: string;
    /** 0.5 to 2; the session's if absent. */
    readonly speed?: number;
}
/** What an interruption stopped. */
export interface BargeInReport { /** The utterances that it stopped, in order; what was heard is in their `heard`. */
    readonly utterances: readonly Utterance[];
    /** What was heard of them, and what was not. */
    readonly heardText: string;
    readonly unheardText: string;
    /** From the call to silence: the time that the page and its sound device took. */
    readonly latencyMs: number;
}
/** Audio as it arrives, which is up to the lead before it is heard. */
export interface AudioChunk { readonly utterance: Utterance;
    /** The sentence that it belongs to. */
    readonly index: number;
    /** 16-bit mono. */
    readonly pcm: Int16Array<ArrayBuffer>;
    /** Hz. */
    readonly sampleRate: number;
    /** To be called when `ms` of it were played, all if absent; counts with `playback: "told"`. */
    played(ms?: number): void;
}
/** Figures of what is being heard. */
export interface PlaybackStats { /** Audio that is there and was not heard yet. */ readonly bufferedMs: number;
    /** Times that the audio ran out in the middle of a sentence. */
    readonly underruns: number;
}
/** What the server said when the session was opened. */
export interface SessionInfo { readonly sessionId: string;
    readonly voice: string;
    readonly speed: number;
    readonly encoding: string;
    /** Hz. */
    readonly sampleRate: number;
}
/** A listener being spoken to. */
export interface Session { readonly state: SessionState;
    readonly audioState: AudioState;
    readonly isPaused: boolean;
    /** Of the last connection. */
    readonly info: SessionInfo;
    readonly stats: PlaybackStats;
    /**
     * Says a text, or a text as it comes, after everything said before.
     *
     * @throws {SyrinxError} when the session is closed.
     */
    say(text: SayText, options?: SayOptions): Utterance;
    /**
     * The listener interrupts: that utterance, or all, are silent at once. Resolves when it is known
     * what was heard. An interruption also ends a pause.
     */
    bargeIn(utterance?: Utterance): Promise<BargeInReport>;
    /** Silence at once; nothing is lost. */
    pause(): void;
    /** Goes on where it stopped. */
    resume(): void;
    /**
     * Lets audio be heard where `audioState` is `blocked`; to be called in a click's handler. Resolves
     * when the browser lets it.
     */
    unlock(): Promise<void>;
    /** Ends everything now; what was being said is interrupted. Idempotent. */
    close(): Promise<void>;
    /** Calls `listener` for every event of that type, until the returned function is called. */
    on<Type extends keyof SessionEvents>(type: Type, listener: (event: SessionEvents[Type]) => void): () => void;
}
/**
 * How a session is opened.
 *
 * @module
 */
/** As much of a `WebSocket` as is used here. */
export interface WebSocketLike { binaryType: string;
    readonly readyState: number;
    send(data: string): void;
    close(code?: number): void;
    addEventListener(type: string, listener: (event: any) => void): void;
}
/** A class like the browser's `WebSocket`. */
export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;
/** Attempts to connect again after a connection was lost. */
export interface ReconnectOptions { /** * Attempts in a row before the session is closed; 0: none.
     * @default {20}
     */
    readonly attempts?: number;
    /**
     * Longest pause before the first attempt; it doubles with each, and the pause is a random part.
     * @default {200}
     */
    readonly initialMs?: number;
    /**
     * Longest pause before any attempt.
     * @default {5_000}
     */
    readonly maxMs?: number;
}
/** Options of `connect`. */
export interface ConnectOptions { /** A key, where the server asks for one. */ readonly token?: string;
    /** A voice of the server; its default if absent. */
    readonly voice?: string;
    /** 0.5 to 2. @default {1} */
    readonly speed?: number;
    /** How audio is sent; `opus` needs WebCodecs. @default {"pcm_s16le"} */
    readonly encoding?: "pcm_s16le" | "mulaw" | "alaw" | "opus";
    /** Hz on the wire; the voice's own if absent, which takes least. Any rate is played right. */
    readonly sampleRate?: number;
    /** Audio sent ahead of real time; the server's default if absent. */
    readonly leadMs?: number | "unpaced";
    /**
     * How it is known what was heard: `speakers` plays, and knows to the sample; `clock` takes audio to
     * be played as it comes, in real time; `told` goes by `AudioChunk.played`.
     * @default {"speakers" where there is an AudioContext, else "clock"}
     */
    readonly playback?: "speakers" | "clock" | "told";
    /** Is given all audio as it arrives. */
    readonly onAudio?: (chunk: AudioChunk) => void;
    /** Plays; one of its own, closed with the session, if absent. */
    readonly audioContext?: AudioContextLike;
    /** Where the sound goes, such as an analyser of that context. @default {the context's destination} */
    readonly destination?: AudioNodeLike;
    /** Where `worklet.js` is. @default {beside this module} */
    readonly workletUrl?: string | URL;
    /**
     * Audio to gather before playing begins, unless a sentence is shorter; less is sooner, more stands
     * more jitter.
     * @default {100}
     */
    readonly bufferMs?: number;
    readonly reconnect?: ReconnectOptions;
    /** Is told of every protocol message, as the event `message`, and of the very first ones too. */
    readonly onMessage?: (event: SessionEvents["message"]) => void;
    /** Longest wait for a connection. @default {10_000} */
    readonly timeoutMs?: number;
    /** Where there is no global one. */
    readonly WebSocket?: WebSocketConstructor;
}
/**
 * As much of the Web Audio API as is used here, so that neither the library nor a program that
 * imports it needs the types of a browser. A browser's own objects fit.
 *
 * @module
 */
/** An `AudioNode`, such as an analyser or a gain. */
export interface AudioNodeLike { readonly numberOfInputs: number;
    connect(destination: any): unknown;
    disconnect(): void;
}
/** An `AudioContext`. */
export interface AudioContextLike { /** Hz. */ readonly sampleRate: number;
    readonly state: string;
    readonly destination: AudioNodeLike;
    /** Time from the context to the ear, in s. */
    readonly outputLatency?: number;
    readonly audioWorklet: {
        addModule(url: string): Promise<void>;
    };
    resume(): Promise<void>;
    close(): Promise<void>;
    addEventListener(type: string, listener: () => void): void;
    removeEventListener(type: string, listener: () => void): void;
}
/**
 * What a program sees of voice barge-in.
 *
 * @module
 */
/**
 * What a page and the thread that listens to its microphone tell each other.
 *
 * @module
 */
/**
 * What is heard of the listener: `suspected` is what may be speech; it becomes `speaking` when it is,
 * and `quiet` again when it was a cough.
 */
export type VoiceState = "quiet" | "suspected" | "speaking";
/** How easily something counts as speech. */
export interface VoiceSettings { /** 0 (only loud speech nearby) to 1 (a whisper). */ readonly sensitivity: number;
    /** Shorter speech does not interrupt, in ms. */
    readonly minSpeechMs: number;
}
/** From the listening thread to the page. */
export type FromListener = { readonly type: "state";
    readonly state: VoiceState;
}
/** The loudest since the last such message, and what would count as loud, in dB of full scale. */
 | {
    readonly type: "level";
    readonly db: number;
    readonly thresholdDb: number;
};
/** A `MediaStream` of a microphone. */
export interface MicrophoneLike { getTracks(): readonly { stop(): void;
        addEventListener(type: "ended", listener: () => void): void;
    }[];
}
/** An `AudioContext` that takes a microphone. */
export interface VoiceContextLike extends AudioContextLike { createMediaStreamSource(stream: any): AudioNodeLike;
}
/** Options of `attachVoice`. */
export interface VoiceOptions { /** 0 (only loud speech nearby) to 1 (a whisper). @default {0.5} */ readonly sensitivity?: number;
    /** Shorter speech does not interrupt, in ms. @default {250} */
    readonly minSpeechMs?: number;
    /**
     * A microphone that is open already; it is left open.
     * @default {the browser's, with echo cancellation and noise suppression; the listener is asked}
     */
    readonly stream?: MicrophoneLike;
    /** Listens; one of its own, closed with the voice, if absent. */
    readonly audioContext?: VoiceContextLike;
    /** Where `voice_worklet.js` is. @default {beside this module} */
    readonly workletUrl?: string | URL;
}
/** What a voice tells. */
export interface VoiceEvents { readonly state: VoiceState;
    /** Some times a second: how loud the microphone is, and what would count, in dB of full scale. */
    readonly level: {
        readonly db: number;
        readonly thresholdDb: number;
    };
    /** Speech interrupted what was being said. */
    readonly bargeIn: BargeInReport;
    /** It was no speech: what was being said goes on where it stopped. */
    readonly falseAlarm: undefined;
    /** Over: by `close`, with the session, or because the microphone is gone. */
    readonly ended: SyrinxError | undefined;
}
/** A listener who can interrupt by speaking. */
export interface Voice { readonly state: VoiceState;
    /** Takes other settings at once. */
    configure(settings: Partial<VoiceSettings>): void;
    /** Listens no more, and frees the microphone. Idempotent. */
    close(): Promise<void>;
    /** Calls `listener` for every event of that type, until the returned function is called. */
    on<Type extends keyof VoiceEvents>(type: Type, listener: (event: VoiceEvents[Type]) => void): () => void;
}
