/** A slot that holds no place; places are stored plus one. */
const emptySlot = 0;

/**
 * A hash table from raw commit hashes to the places at which they were added, open addressing with linear
 * probing. Strings never appear: a Map of 100,000 hexadecimal strings costs ten times the parsing.
 *
 * The hashes are kept in `bytes`, one after the other in the order in which they were added.
 * Looking up and adding take constant expected time; memory is 4 bytes a slot, at most half full.
 */
export class HashTable {
  readonly hashBytes: number;
  #slots: Int32Array;
  #bytes: Uint8Array;
  #count = 0;

  /** A table for hashes of this many bytes; `expected` of them fit without growing. */
  constructor(hashBytes: number, expected: number) {
    this.hashBytes = hashBytes;
    let slots = 16;
    while (slots < expected * 2) slots *= 2;
    this.#slots = new Int32Array(slots);
    this.#bytes = new Uint8Array(Math.max(1, expected) * hashBytes);
  }

  /** How many hashes were added. */
  get count(): number {
    return this.#count;
  }

  /** All hashes in the order in which they were added; a view, valid until the next is added. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#count * this.hashBytes);
  }

  /** The place, from 0, at which the hash that begins at `source[at]` was added; -1 if it was not. */
  find(source: Uint8Array, at: number): number {
    return (this.#slots[this.#slotOf(source, at)] as number) - 1;
  }

  /** Adds the hash that begins at `source[at]`, unless it is there; its place, from 0. */
  add(source: Uint8Array, at: number): number {
    const slot = this.#slotOf(source, at);
    const known = this.#slots[slot] as number;
    if (known !== emptySlot) return known - 1;
    const place = this.#count;
    const start = place * this.hashBytes;
    if (start + this.hashBytes > this.#bytes.length) this.#growBytes();
    for (let k = 0; k < this.hashBytes; k++) this.#bytes[start + k] = source[at + k] as number;
    this.#count = place + 1;
    this.#slots[slot] = place + 1;
    if (this.#count * 2 > this.#slots.length) this.#growSlots();
    return place;
  }

  /** The slot that holds this hash, or the empty one where it belongs. */
  #slotOf(source: Uint8Array, at: number): number {
    const mask = this.#slots.length - 1;
    // A commit hash is as good as random: its first bytes serve as they are. Eight of them, so that
    // hashes made to collide in the first four do not pile up as easily.
    let slot = (word(source, at) ^ Math.imul(word(source, at + 4), 0x9e3779b1)) & mask;
    for (;;) {
      const entry = this.#slots[slot] as number;
      if (entry === emptySlot || this.#equals(entry - 1, source, at)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #equals(place: number, source: Uint8Array, at: number): boolean {
    const start = place * this.hashBytes;
    for (let k = 0; k < this.hashBytes; k++) {
      if (this.#bytes[start + k] !== source[at + k]) return false;
    }
    return true;
  }

  #growBytes(): void {
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }

  #growSlots(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let place = 0; place < this.#count; place++) {
      this.#slots[this.#slotOf(this.#bytes, place * this.hashBytes)] = place + 1;
    }
  }
}

function word(source: Uint8Array, at: number): number {
  return (
    (source[at] as number) |
    ((source[at + 1] as number) << 8) |
    ((source[at + 2] as number) << 16) |
    ((source[at + 3] as number) << 24)
  );
}
