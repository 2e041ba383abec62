const LF = 0x0a;

/** Bytes that are taken in at once. */
const pieceSize = 256 * 1024;

/**
 * The part of a growing console that is still needed, by byte offsets into the whole console: what is
 * before an offset can be forgotten. Memory: a few times what is kept. A console that is there as a whole
 * is not copied.
 */
export class Tape {
  #memory: Buffer;
  #base = 0;
  #length: number;

  private constructor(memory: Buffer, length: number) {
    this.#memory = memory;
    this.#length = length;
  }

  /** All of a console, which will not grow. */
  static of(bytes: Uint8Array): Tape {
    const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new Tape(whole, whole.length);
  }

  /** One that grows. */
  static growing(): Tape {
    return new Tape(Buffer.allocUnsafe(4 * pieceSize), 0);
  }

  /** The offset of the first byte that is kept, and just past the last one. */
  get base(): number {
    return this.#base;
  }
  get end(): number {
    return this.#base + this.#length;
  }

  /** What is kept. */
  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  /** The bytes from offset `start` up to `end`, one character a byte. */
  latin(start: number, end: number): string {
    return this.#memory.toString("latin1", start - this.#base, end - this.#base);
  }

  /** The offset of the next LF from `start` on and before `end`, or -1. */
  lineEnd(start: number, end: number): number {
    const at = this.#memory.subarray(start - this.#base, end - this.#base).indexOf(LF);
    return at === -1 ? -1 : at + start;
  }

  /** The offset of the last LF from `start` on and before `end`, or -1. */
  lastLineEnd(start: number, end: number): number {
    const at = this.#memory.subarray(start - this.#base, end - this.#base).lastIndexOf(LF);
    return at === -1 ? -1 : at + start;
  }

  /** The pieces in which a chunk is to be taken in, so that little has to be kept at once. */
  static *pieces(chunk: Uint8Array): Generator<Uint8Array> {
    for (let at = 0; at < chunk.length; at += pieceSize) yield chunk.subarray(at, at + pieceSize);
  }

  /** Takes in the bytes that follow; what is before `needed` may be forgotten. */
  push(piece: Uint8Array, needed: number): void {
    if (this.#length + piece.length > this.#memory.length) this.#makeRoom(piece.length, needed);
    this.#memory.set(piece, this.#length);
    this.#length += piece.length;
  }

  #makeRoom(more: number, needed: number): void {
    const drop = Math.min(this.#length, Math.max(0, needed - this.#base));
    const kept = this.#length - drop;
    let memory = this.#memory;
    // Twice what is needed, so that a byte is moved once on average, however small the chunks are.
    if (2 * (kept + more) > memory.length) memory = Buffer.allocUnsafe(2 * (kept + more));
    this.#memory.copy(memory, 0, drop, this.#length);
    this.#memory = memory;
    this.#base += drop;
    this.#length = kept;
  }
}
