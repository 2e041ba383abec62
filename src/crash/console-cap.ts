/** How much of a long console is kept. */
export interface Cap {
  readonly head: number;
  readonly tail: number;
}

/** Bytes from `start` up to `end` of the whole console. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

/** Bytes of one crash, and number of crashes, that are kept from between head and tail. */
const crashBytes = 256 * 1024;
const crashCount = 8;

/**
 * The pieces of a console of `bytes` bytes that are kept: head, tail and what lies between of the first
 * reports. In order, apart from each other; one piece where nothing is cut. Pure.
 */
export function keptPieces(bytes: number, reports: readonly Piece[], cap: Cap): Piece[] {
  if (bytes <= cap.head + cap.tail) return [{ start: 0, end: bytes }];
  const pieces = [
    { start: 0, end: cap.head },
    ...reports
      .slice(0, crashCount)
      .map(({ start, end }) => ({ start, end: Math.min(end, start + crashBytes) })),
    { start: bytes - cap.tail, end: bytes },
  ].sort((a, b) => a.start - b.start);
  const joined: { start: number; end: number }[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last !== undefined && piece.start <= last.end) last.end = Math.max(last.end, piece.end);
    else joined.push({ ...piece });
  }
  return joined;
}

/**
 * A console made of the pieces, with a line for each gap between them; `place` tells where in it an offset
 * into the whole console is now, the end of a piece where it was cut.
 */
export function capConsole(
  whole: Buffer,
  pieces: readonly Piece[],
): { bytes: Buffer; place: (offset: number) => number } {
  const parts: Buffer[] = [];
  /** Where each piece begins in the capped console. */
  const places: number[] = [];
  let length = 0;
  const add = (part: Buffer) => {
    parts.push(part);
    length += part.length;
  };
  pieces.forEach((piece, index) => {
    const before = pieces[index - 1];
    if (before !== undefined) {
      add(Buffer.from(`\n[firstbad: ${piece.start - before.end} bytes cut here]\n`));
    }
    places.push(length);
    add(whole.subarray(piece.start, piece.end));
  });
  const place = (offset: number): number => {
    const index = pieces.findLastIndex((piece) => piece.start <= offset);
    const piece = pieces[Math.max(0, index)]!;
    return places[Math.max(0, index)]! + Math.min(offset, piece.end) - piece.start;
  };
  return { bytes: Buffer.concat(parts), place };
}
