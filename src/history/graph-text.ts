import { Failure } from "../failure/failure.ts";
import type { CommitGraph } from "./graph.ts";
import { HashTable } from "./graph-table.ts";

const newline = 0x0a;
const space = 0x20;
const digitZero = 0x30;
/** Enough for 2^64 - 1, the largest time that git prints. */
const maxTimeDigits = 20;

/** Value of a lower-case hexadecimal digit by its byte; 255 for any other byte. */
const digitValue = new Uint8Array(256).fill(255);
for (let value = 0; value < 16; value++) digitValue[value.toString(16).charCodeAt(0)] = value;

/**
 * The graph that `text` describes: what `git rev-list --topo-order --reverse --parents --timestamp`
 * prints, a line a commit, `TIME HASH PARENT…`, each ended by LF. It is also the form in which a
 * bisection's folder keeps its graph.
 *
 * Linear in the length of the text, in time and memory. Throws `graph-damaged`, with the line's number,
 * for anything that git would not have printed: a line cut short, a hash that is not one, a commit
 * twice, a commit before one of its parents. An empty text is a graph without commits.
 */
export function parseGraph(text: Uint8Array): CommitGraph {
  const hashBytes = hashBytesOf(text);
  const expected = countLines(text);
  const hexLength = hashBytes * 2;

  const commits = new HashTable(hashBytes, expected);
  const outside = new HashTable(hashBytes, 16);
  const times = new Float64Array(expected);
  const parentStart = new Uint32Array(expected + 1);
  // Each line has one hash that is no parent, and each hash takes its digits and a separator.
  const parents = new Int32Array(Math.floor(text.length / (hexLength + 1)));
  const hash = new Uint8Array(hashBytes);
  let parentCount = 0;
  let line = 0;
  let at = 0;

  const readHash = (): void => {
    for (let k = 0; k < hashBytes; k++, at += 2) {
      const high = digitValue[text[at] ?? 0] as number;
      const low = digitValue[text[at + 1] ?? 0] as number;
      if ((high | low) > 15) throw damaged(line, "a commit hash was expected");
      hash[k] = (high << 4) | low;
    }
  };

  while (at < text.length) {
    line += 1;
    const timeStart = at;
    let time = 0;
    for (; text[at] !== space; at++) {
      const digit = (text[at] ?? 0) - digitZero;
      if (digit < 0 || digit > 9 || at - timeStart >= maxTimeDigits) {
        throw damaged(line, "a time in seconds was expected");
      }
      time = time * 10 + digit;
    }
    if (at === timeStart) throw damaged(line, "a time in seconds was expected");
    at += 1;

    readHash();
    const index = commits.count;
    if (commits.add(hash, 0) !== index) throw damaged(line, "the commit is listed twice");
    if (outside.find(hash, 0) >= 0)
      throw damaged(line, "the commit comes after one of its children");
    times[index] = time;
    parentStart[index] = parentCount;

    while (text[at] === space) {
      at += 1;
      readHash();
      const inside = commits.find(hash, 0);
      if (inside === index) throw damaged(line, "the commit is its own parent");
      parents[parentCount++] = inside >= 0 ? inside : -1 - outside.add(hash, 0);
    }
    if (text[at] !== newline) throw damaged(line, "the end of a line was expected");
    at += 1;
  }
  parentStart[commits.count] = parentCount;

  return {
    count: commits.count,
    hashBytes,
    hashes: commits.bytes,
    times,
    parentStart,
    parents: parents.slice(0, parentCount),
    outside: Array.from({ length: outside.count }, (_, place) =>
      Buffer.from(outside.bytes.subarray(place * hashBytes, (place + 1) * hashBytes)).toString(
        "hex",
      ),
    ),
  };
}

/** SHA-1 or SHA-256, as the length of the first line's first hash says. */
function hashBytesOf(text: Uint8Array): 20 | 32 {
  const start = text.indexOf(space) + 1;
  let end = start;
  while (
    end < text.length &&
    end - start < 64 &&
    (digitValue[text[end] as number] as number) < 16
  ) {
    end += 1;
  }
  return end - start === 64 ? 32 : 20;
}

function countLines(text: Uint8Array): number {
  let lines = 0;
  for (let at = text.indexOf(newline); at >= 0; at = text.indexOf(newline, at + 1)) lines += 1;
  return lines;
}

function damaged(line: number, problem: string): Failure {
  return new Failure("graph-damaged", `the commit graph is damaged at line ${line}: ${problem}`, {
    facts: { line, problem },
    hint: "the file was changed or cut; start the bisection again so that git lists its commits anew",
  });
}
