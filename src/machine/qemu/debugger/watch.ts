import type { Reached } from "../../reach.ts";
import type { Stub } from "./stub.ts";

/** Kinds of breakpoints: of the processor, and written into the guest's memory. */
const kinds = ["Z1", "Z0"] as const;

/** A breakpoint, until it was met. */
interface Point {
  readonly remove: string;
  /** Whose it is: several functions may be one, where the linker folded them. */
  readonly functions: readonly number[];
}

/**
 * Which functions a guest executes: a breakpoint at each of their addresses, taken away when it is first met, so
 * that a function costs one stop however often it is called. The guest is stopped when `stub` is there.
 */
export class Watch {
  readonly #stub: Stub;
  /** The number of the program counter among the stub's registers. */
  readonly #counter: number;
  readonly #points = new Map<bigint, Point>();
  readonly #met: (number | null)[] = [];
  #broken = false;

  constructor(stub: Stub, counter: number) {
    this.#stub = stub;
    this.#counter = counter;
  }

  /** How often each was met, which is once at most; null where it could not be watched. */
  get met(): Reached {
    return this.#met;
  }

  /** Whether it lost the guest while it still waited: what was not met then may have been. */
  get broken(): boolean {
    return this.#broken;
  }

  /** Sets the breakpoints. A function that has a place where there can be none is not watched. */
  async set(functions: readonly (readonly bigint[])[], length: number): Promise<void> {
    for (const [n, addresses] of functions.entries()) {
      this.#met.push(0);
      for (const address of addresses) {
        const { remove, functions } = this.#points.get(address) ?? {
          remove: await this.#place(`,${address.toString(16)},${length}`),
          functions: [],
        };
        if (remove === null) this.#met[n] = null;
        else this.#points.set(address, { remove, functions: [...functions, n] });
      }
    }
  }

  async #place(place: string): Promise<string | null> {
    for (const kind of kinds) {
      if ((await this.#stub.ask(kind + place)) === "OK") return kind.toLowerCase() + place;
    }
    return null;
  }

  /** Lets the guest go on, until it is gone or there is nothing left to wait for. */
  async follow(): Promise<void> {
    for (;;) {
      this.#stub.tell("c");
      if (this.#points.size === 0) return;
      const stop = await this.#stub.next(86_400);
      // The guest is gone: it switched itself off, or was stopped.
      if (stop === null || /^[WX]/.test(stop)) return;
      const address = await this.#where();
      const point = address === null ? undefined : this.#points.get(address);
      // Stopped by something else: who cannot tell what must not stop it for ever.
      if (address === null || point === undefined) return this.#leave();
      for (const n of point.functions) if (this.#met[n] === 0) this.#met[n] = 1;
      this.#points.delete(address);
      if ((await this.#stub.ask(point.remove)) !== "OK") return this.#leave();
    }
  }

  /** Takes all breakpoints away and lets the guest go on by itself. */
  async #leave(): Promise<void> {
    this.#broken = true;
    await this.#stub.ask("D");
    this.#stub.close();
  }

  /**
   * Where it stopped. All registers are asked for: QEMU gives single ones only to those who read its XML. They
   * come in the guest's byte order, which is little-endian here.
   */
  async #where(): Promise<bigint | null> {
    const answer = await this.#stub.ask("g");
    const at = 16 * this.#counter;
    const register = answer?.slice(at, at + 16) ?? "";
    if (!/^[0-9a-f]{16}$/.test(register)) return null;
    return Buffer.from(register, "hex").readBigUInt64LE();
  }
}
