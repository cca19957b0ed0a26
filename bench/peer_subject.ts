/**
 * Who is compared: each in a process of its own, told to speak, its CPU time read from outside.
 *
 * @module
 */

import {
  converse,
  type Ears,
  type Heard,
  type Mouth,
  type Task,
  type Times,
} from "./peer_script.mjs";

/** A process that speaks. */
export interface Subject extends AsyncDisposable {
  converse(task: Task): Promise<Heard[]>;
  /** CPU time that the process has taken so far, in ms, of all its threads. */
  cpuMs(): Promise<number>;
}

/** What a subject is started with. */
export interface SubjectOptions {
  readonly times: Times;
  /** Where LiveKit's packages are installed. */
  readonly clients: string;
  /** Connections to be there, where there are any. */
  readonly connections: number;
}

/** The unit of CPU time in `/proc`: USER_HZ, 100 on every Linux that Deno runs on; see proc(5). */
const MS_PER_CLOCK_TICK = 10;

const pathOf = (name: string) => new URL(name, import.meta.url).pathname;

/** What is run. */
interface Program {
  readonly runtime: "deno" | "node";
  /** For Deno the program and what comes after the engine's times; for Node the kind. */
  readonly args: readonly string[];
  /** Whether it serves WebSockets; if not, it is told what to do in lines of JSON. */
  readonly hasSocket: boolean;
  /** Added to the address that it tells. */
  readonly query?: string;
}

/** All there are, by name. */
export const SUBJECTS = {
  "Syrinx, server": { runtime: "deno", args: ["peer_server.ts"], hasSocket: true },
  "LiveKit StreamAdapter": { runtime: "node", args: ["process"], hasSocket: false },
  "LiveKit StreamAdapter, bytes to frames": {
    runtime: "node",
    args: ["process, bytes"],
    hasSocket: false,
  },
  "LiveKit StreamAdapter behind ws": { runtime: "node", args: ["socket"], hasSocket: true },
  "Syrinx, server, unpaced": {
    runtime: "deno",
    args: ["peer_server.ts"],
    hasSocket: true,
    query: "?lead_ms=unpaced",
  },
  "Syrinx, no sockets": { runtime: "deno", args: ["peer_core.ts", "300"], hasSocket: false },
  "Syrinx, no sockets, unpaced": {
    runtime: "deno",
    args: ["peer_core.ts", "unpaced"],
    hasSocket: false,
  },
} as const satisfies Readonly<Record<string, Program>>;

export type SubjectName = keyof typeof SUBJECTS;

/** Starts one. */
export async function startSubject(name: SubjectName, options: SubjectOptions): Promise<Subject> {
  const program: Program = SUBJECTS[name];
  const child = commandOf(program, options).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const first = await nextLine(lines);
  const writer = child.stdin.getWriter();
  const listeners = program.hasSocket
    ? await connectAll(first + (program.query ?? ""), options.connections)
    : [];
  return {
    converse: async (task) => {
      if (program.hasSocket) {
        return await converse((ears, index) => listeners[index]!.speak(ears), task);
      }
      await writer.write(new TextEncoder().encode(`${JSON.stringify(task)}\n`));
      return JSON.parse(await nextLine(lines));
    },
    cpuMs: () => cpuMs(child.pid),
    async [Symbol.asyncDispose]() {
      for (const listener of listeners) listener.close();
      child.kill("SIGKILL");
      await writer.abort();
      await lines.cancel();
      await child.status;
    },
  };
}

function commandOf({ runtime, args }: Program, { times, clients }: SubjectOptions): Deno.Command {
  const given = JSON.stringify(times);
  const [program, ...rest] = args;
  const pipes = { stdin: "piped", stdout: "piped" } as const;
  if (runtime === "node") {
    const args = [pathOf("peer_livekit.mjs"), clients, given, program!];
    return new Deno.Command("node", { args, ...pipes });
  }
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", pathOf(program!), given, ...rest],
    ...pipes,
  });
}

async function cpuMs(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  // The second field, the program's name in brackets, may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_CLOCK_TICK;
}

async function nextLine(reader: ReadableStreamDefaultReader<string>): Promise<string> {
  let line = "";
  while (!line.endsWith("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the process ended: ${line}`);
    line += value;
  }
  return line.trim();
}

function connectAll(url: string, count: number): Promise<PeerListener[]> {
  return Promise.all(Array.from({ length: count }, () => PeerListener.connect(url)));
}

/** A listener on a socket; one reply at a time. */
class PeerListener {
  readonly #socket: WebSocket;
  #ears: Ears | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      if (typeof data !== "string") this.#ears?.hear(data.byteLength / 2);
      else if (data.includes('"utterance_ended"')) this.#ears?.end();
      else if (data.includes('"error"')) throw new Error(data);
    };
  }

  /** Connects and waits for the greeting. */
  static connect(url: string): Promise<PeerListener> {
    const socket = new WebSocket(url);
    const listener = new PeerListener(socket);
    return new Promise((resolve, reject) => {
      socket.addEventListener("message", () => resolve(listener), { once: true });
      socket.onerror = () => reject(new Error(`cannot connect to ${url}`));
    });
  }

  speak(ears: Ears): Mouth {
    this.#ears = ears;
    return {
      write: (text, isLast) =>
        this.#socket.send(JSON.stringify({ type: "text", text, final: isLast })),
      interrupt: () => this.#socket.send(JSON.stringify({ type: "barge_in" })),
    };
  }

  close(): void {
    this.#socket.close();
  }
}
