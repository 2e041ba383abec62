import type { EventOf } from "../event/index.ts";
import { plainLine } from "../syzbot/index.ts";
import { cellsOf, clip } from "./clip.ts";

/** Eight heights of a cell. */
const bars = "▁▂▃▄▅▆▇█";
/** A stretch that has less of the belief than this is empty. */
const leastShown = 1e-3;
/** With fewer cells for the history than this, a strip tells nothing. */
const fewestCells = 8;

/** What a strip shows. */
export interface Strip {
  /** The belief in equally long stretches of history, the oldest first. */
  readonly spread: readonly number[];
  /** Names of the two ends. */
  readonly from: string;
  readonly to: string;
  readonly releases: NonNullable<EventOf<"graph-loaded">["releases"]>;
  /** Commits in the graph. */
  readonly commits: number;
}

/**
 * How the belief is spread over the history, in one line, and below it the releases in it as far as there
 * is room: `v6.1 │   ▁▂█▁  │ v6.2`. The height of a bar is the root of its share, so that a tenth of the
 * belief is still a third as high as all of it. No line is wider than `columns`; nothing where that is
 * too narrow.
 */
export function stripLines(strip: Strip, columns: number): string[] {
  const [from, to] = [clip(strip.from, columns / 4), clip(strip.to, columns / 4)];
  const room = Math.floor(columns) - cellsOf(from) - cellsOf(to) - " ││ ".length;
  const cells = Math.min(room, strip.spread.length);
  if (cells < Math.min(fewestCells, strip.spread.length) || cells < 1) return [];
  const heights = gathered(strip.spread, cells).map(barOf).join("");
  const names = releaseNames(strip, cells);
  return [
    `${from} │${heights}│ ${to}`,
    ...(names === "" ? [] : [" ".repeat(cellsOf(from) + 2) + names]),
  ];
}

/** The same sums in fewer stretches. */
function gathered(spread: readonly number[], cells: number): number[] {
  const sums = new Array<number>(cells).fill(0);
  spread.forEach((share, n) => {
    const at = Math.floor((n * cells) / spread.length);
    sums[at] = (sums[at] as number) + share;
  });
  return sums;
}

function barOf(share: number): string {
  if (share < leastShown) return " ";
  const height = Math.ceil(Math.sqrt(Math.min(1, share)) * bars.length);
  return bars[height - 1] as string;
}

/** Each name begins below its release, behind a stroke; one that meets another is left out, the shortest first. */
function releaseNames({ releases, commits }: Strip, cells: number): string {
  const line = new Array<string>(cells).fill(" ");
  for (const { tag, at } of releases.toSorted((a, b) => a.tag.length - b.tag.length)) {
    const name = `╵${plainLine(tag)}`;
    if (cellsOf(name) !== [...name].length) continue;
    const place = Math.min(cells - 1, Math.floor((at * cells) / Math.max(1, commits)));
    const around = line.slice(Math.max(0, place - 1), place + name.length + 1);
    if (place + name.length > cells || around.some((cell) => cell !== " ")) continue;
    for (const [n, cell] of [...name].entries()) line[place + n] = cell;
  }
  return line.join("").trimEnd();
}
