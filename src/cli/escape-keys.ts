const controlA = 0x01;
const leaving = [0x58, 0x78];

/** What was typed comes to this: bytes for the guest, or the wish to leave it. */
export interface Typed {
  readonly send: Buffer;
  readonly leave: boolean;
}

/**
 * Finds Ctrl-A X in what is typed, however it is cut into pieces. Ctrl-A twice sends one; before any other
 * key it is sent with it. What follows the wish to leave is dropped.
 */
export class EscapeKeys {
  #escaped = false;

  push(bytes: Uint8Array): Typed {
    const send: number[] = [];
    for (const byte of bytes) {
      if (!this.#escaped) {
        if (byte === controlA) this.#escaped = true;
        else send.push(byte);
        continue;
      }
      this.#escaped = false;
      if (leaving.includes(byte)) return { send: Buffer.from(send), leave: true };
      if (byte !== controlA) send.push(controlA);
      send.push(byte);
    }
    return { send: Buffer.from(send), leave: false };
  }
}
