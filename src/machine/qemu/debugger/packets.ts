/** Longest packet that is taken; ours ask for no answer of a tenth of it. */
const longest = 16 * 1024;

/** A packet of GDB's remote protocol with `text`, which has no `$`, `#` or `}`: `$text#checksum`. */
export function packetOf(text: string): string {
  let sum = 0;
  for (const character of text) sum = (sum + character.charCodeAt(0)) & 0xff;
  return `$${text}#${sum.toString(16).padStart(2, "0")}`;
}

/**
 * Cuts what a stub sends into the texts of its packets, whatever the chunks. Acknowledgements are skipped,
 * and what is between packets. Memory: one packet; a longer one, or one whose sum is wrong, throws a
 * RangeError: on a local socket nothing is lost, so that it is no stub of this protocol.
 */
export class PacketReader {
  #rest = "";

  push(chunk: Buffer): string[] {
    this.#rest += chunk.toString("latin1");
    const texts: string[] = [];
    for (;;) {
      const from = this.#rest.indexOf("$");
      if (from < 0) {
        this.#rest = "";
        return texts;
      }
      const to = this.#rest.indexOf("#", from);
      if (to < 0 || to + 2 >= this.#rest.length) {
        this.#rest = this.#rest.slice(from);
        if (this.#rest.length > longest) throw new RangeError("a packet without an end");
        return texts;
      }
      const text = this.#rest.slice(from + 1, to);
      if (packetOf(text) !== this.#rest.slice(from, to + 3))
        throw new RangeError("a damaged packet");
      texts.push(text);
      this.#rest = this.#rest.slice(to + 3);
    }
  }
}
