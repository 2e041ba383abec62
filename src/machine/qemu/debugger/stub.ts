import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { PacketReader, packetOf } from "./packets.ts";

/** Seconds in which a stub answers; QEMU's does at once. */
const answerSeconds = 10;

/** The debugger stub of a running QEMU, spoken to in GDB's remote protocol. Connecting stops the guest. */
export class Stub {
  readonly #socket: Socket;
  readonly #reader = new PacketReader();
  readonly #texts: string[] = [];
  #awake: (() => void) | null = null;
  #ended = false;

  /** Throws where nobody listens at `path`, or `signal` fires. */
  static async at(path: string, signal: AbortSignal): Promise<Stub> {
    const socket = connect(path);
    await once(socket, "connect", { signal });
    return new Stub(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("close", () => this.close());
    socket.on("error", () => this.close());
  }

  /** The answer to `text`; null where the stub is gone or does not answer in time. */
  async ask(text: string): Promise<string | null> {
    this.tell(text);
    for (;;) {
      const answer = await this.next(answerSeconds);
      // Connecting stops the guest, which QEMU says without being asked.
      if (answer === null || !/^T[0-9a-f]{2}/.test(answer)) return answer;
    }
  }

  /** Sends what has no answer yet, such as to go on. */
  tell(text: string): void {
    if (!this.#ended) this.#socket.write(packetOf(text));
  }

  /** The next packet; null where none comes in `seconds`, or ever. */
  async next(seconds: number): Promise<string | null> {
    if (this.#texts.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, seconds * 1000);
        this.#awake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#awake = null;
    }
    return this.#texts.shift() ?? null;
  }

  /** Leaves; the guest goes on. Idempotent. */
  close(): void {
    this.#ended = true;
    this.#socket.destroy();
    this.#awake?.();
  }

  #take(chunk: Buffer): void {
    try {
      const texts = this.#reader.push(chunk);
      if (texts.length === 0) return;
      this.#socket.write("+".repeat(texts.length));
      this.#texts.push(...texts);
      this.#awake?.();
    } catch {
      this.close();
    }
  }
}
