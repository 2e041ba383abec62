import { Draws } from "../src/simulate/coin.ts";
import type { SimulatedHistory } from "../src/simulate/dag-file.ts";

/** Commits on each line between two merges, and so on: shares of a history like u-boot's or Linux's. */
const topicShare = 0.06;
const pullShare = 0.025;
const backShare = 0.005;
/** Folders, and files in each; a few of them are changed much more often than the others. */
const folders = 120;
const filesPerFolder = 60;

/**
 * A made-up history of `count` commits: maintainers' lines that fork from the main line, take topic
 * branches of a few commits, are pulled, and now and then take the main line back: some 9 % merges.
 * Each line works in folders of its own, and few files get most changes. The same seed gives the same.
 */
export function madeHistory(count: number, seed = 1): SimulatedHistory {
  const draws = new Draws(seed, count);
  const paths = Array.from({ length: folders * filesPerFolder }, (_, place) => {
    const kind = place % 8 === 7 ? "rst" : place % 8 === 6 ? "h" : "c";
    return `area${place % 12}/folder${Math.floor(place / filesPerFolder)}/file${place}.${kind}`;
  });
  const parentStart = new Uint32Array(count + 1);
  const fileStart = new Uint32Array(count + 1);
  const parents: number[] = [];
  const files: number[] = [];
  let made = 0;
  const add = (of: readonly number[], folder: number | null): number => {
    for (const parent of new Set(of)) parents.push(parent);
    for (const file of folder === null ? [] : changed(draws, folder)) files.push(file);
    made += 1;
    parentStart[made] = parents.length;
    fileStart[made] = files.length;
    return made - 1;
  };
  let main = add([-1], 0);
  const lines = Array.from({ length: 16 }, () => main);
  while (made < count - 1) {
    const line = draws.below(lines.length);
    const tip = lines[line] as number;
    const folder = (line * 7 + draws.below(8)) % folders;
    const what = draws.share();
    if (what < pullShare) main = add([main, tip], null);
    else if (what < pullShare + backShare) lines[line] = add([tip, main], null);
    else if (what < pullShare + backShare + topicShare && count - made > 12) {
      let topic = tip;
      for (let k = draws.below(5); k >= 0; k--) topic = add([topic], folder);
      lines[line] = add([add([tip], folder), topic], null);
    } else lines[line] = add([tip], folder);
  }
  add([main, ...lines], null);
  return {
    name: `made-${count}`,
    graph: {
      count,
      hashBytes: 20,
      hashes: hashesOf(count),
      times: Float64Array.from({ length: count }, (_, i) => 1_600_000_000 + 60 * i),
      parentStart,
      parents: Int32Array.from(parents),
      outside: ["f".repeat(40)],
    },
    touched: { paths, start: fileStart, files: Int32Array.from(files) },
  };
}

/** Mostly one file, now and then many, the first ones of a folder far more often. */
function changed(draws: Draws, folder: number): Set<number> {
  const many = draws.share() < 0.5 ? 1 : 1 + Math.floor(1 / (0.03 + draws.share()));
  const files = new Set<number>();
  for (let k = 0; k < many; k++) {
    const rank = Math.floor(filesPerFolder ** draws.share()) - 1;
    files.add(folder * filesPerFolder + rank);
  }
  return files;
}

function hashesOf(count: number): Uint8Array {
  const hashes = new Uint8Array(count * 20);
  const words = new DataView(hashes.buffer);
  for (let i = 0; i < count; i++) {
    words.setUint32(i * 20, Math.imul(i + 1, 0x9e3779b1));
    words.setUint32(i * 20 + 4, i);
  }
  return hashes;
}
