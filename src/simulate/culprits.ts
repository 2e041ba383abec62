import type { CommitGraph } from "../history/graph.ts";
import { isCode } from "../search/prior/factors.ts";
import type { ReportFiles } from "../search/prior/file-parts.ts";
import { filesOf, type TouchedHistory } from "../search/prior/history.ts";
import { Draws } from "./coin.ts";

/** A culprit and what its crash report points at. */
export interface Culprit {
  readonly culprit: number;
  readonly report: ReportFiles | null;
}

const kernelCode = /\.[chS]$/;

/** Share of culprits that are merges. */
const mergeShare = 0.006;

/**
 * How the culprits of 274 real bugs were related to their reports, as shares: they change the guilty file,
 * another file on top of the stack, one further down, another file of the folder, or none of these.
 */
const relations = ["guilty", "stack", "deep", "folder", "none"] as const;
const relationShares = [55.5, 27, 1.8, 5.8, 9.9];
/** Where on the stack, from the second file on, the first file is that the culprit changes. */
const stackPlaces = [17, 7, 5, 3, 2, 1.5, 1];
/** Files on a stack. */
const stackSize = 10;
const deepPlace = { from: 8, to: 12 } as const;

/** Draws culprits with their reports from one history. */
export class Culprits {
  readonly #history: TouchedHistory | null;
  readonly #changingCode: readonly number[];
  readonly #merges: readonly number[];
  /** Each file as often as it is changed: hot files are on many stacks. */
  readonly #popular: readonly number[];
  /** By place of a path: whether crashes can be in it. */
  readonly #ofCode: readonly boolean[];
  readonly #byFolder = new Map<string, number[]>();

  constructor(graph: CommitGraph, history: TouchedHistory | null) {
    this.#history = history;
    const all = Array.from({ length: graph.count }, (_, i) => i);
    this.#merges = all.filter(
      (i) => (graph.parentStart[i + 1] as number) - (graph.parentStart[i] as number) > 1,
    );
    if (history === null) {
      const merges = new Set(this.#merges);
      this.#changingCode = all.filter((i) => !merges.has(i));
      this.#popular = [];
      this.#ofCode = [];
      return;
    }
    const { paths, files } = history.touched;
    // The C files where there are any: a kernel's scripts do not crash it.
    const ofKernel = paths.map((path) => kernelCode.test(path));
    this.#ofCode = ofKernel.includes(true) ? ofKernel : paths.map(isCode);
    const ofCode = this.#ofCode;
    this.#changingCode = all.filter((i) => this.#files(i).some((file) => ofCode[file]));
    this.#popular = [...files].filter((file) => ofCode[file]);
    for (const file of this.#popular) {
      const folder = folderOf(paths[file] as string);
      const known = this.#byFolder.get(folder);
      if (known === undefined) this.#byFolder.set(folder, [file]);
      else known.push(file);
    }
  }

  /** The culprit of bug `number`, any commit that changes code as likely as any other. */
  draw(seed: number, number: number): Culprit {
    const draws = new Draws(seed, number, 0);
    const isMerge = this.#merges.length > 0 && draws.share() < mergeShare;
    const from = isMerge ? this.#merges : this.#changingCode;
    const culprit = from[draws.below(from.length)] as number;
    if (this.#history === null || this.#popular.length === 0) return { culprit, report: null };
    return { culprit, report: this.#drawReport(draws, culprit) };
  }

  #drawReport(draws: Draws, culprit: number): ReportFiles {
    const { paths } = (this.#history as TouchedHistory).touched;
    const own = this.#files(culprit).filter((file) => this.#ofCode[file]);
    const relation = own.length === 0 ? "none" : relations[draws.weighted(relationShares)];
    const mine = own[draws.below(Math.max(1, own.length))];
    const near = mine === undefined ? null : folderOf(paths[mine] as string);
    let guilty: number;
    const place = {
      stack: 1 + draws.weighted(stackPlaces),
      deep: Math.floor(draws.between(deepPlace.from, deepPlace.to)),
    };
    switch (relation) {
      case "guilty":
        guilty = mine as number;
        break;
      case "folder":
        guilty = this.#otherFile(draws, own, near as string);
        break;
      case "none":
        guilty = this.#otherFile(draws, own, null);
        break;
      default:
        guilty = this.#otherFile(draws, own, draws.share() < 0.5 ? near : null);
    }
    const folder = folderOf(paths[guilty] as string);
    const stack = [guilty];
    const size = relation === "deep" ? deepPlace.to + 1 : stackSize;
    for (let rank = 1; rank < size; rank++) {
      const isMine =
        (relation === "stack" && rank === place.stack) ||
        (relation === "deep" && rank === place.deep);
      stack.push(
        isMine
          ? (mine as number)
          : this.#otherFile(draws, own, draws.share() < 0.5 ? folder : null),
      );
    }
    return {
      guilty: paths[guilty] as string,
      stack: [...new Set(stack)].map((file) => paths[file] as string),
    };
  }

  /** A file that the culprit does not change: of a folder where that has another, else any, hot ones likelier. */
  #otherFile(draws: Draws, own: readonly number[], folder: string | null): number {
    const near = folder === null ? undefined : this.#byFolder.get(folder);
    for (const from of near === undefined ? [this.#popular] : [near, this.#popular]) {
      for (let tries = 0; tries < 20; tries++) {
        const file = from[draws.below(from.length)] as number;
        if (!own.includes(file)) return file;
      }
    }
    return this.#popular[0] as number;
  }

  #files(commit: number): number[] {
    const { touched } = this.#history as TouchedHistory;
    const start = touched.start[commit] as number;
    return [
      ...touched.files.subarray(start, start + filesOf(this.#history as TouchedHistory, commit)),
    ];
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
