import type { Change } from "./ledger.ts";
import type { Random } from "./random.ts";

/** What is left to do on a topic. */
export type Step =
  | { readonly kind: "commit"; readonly change: Change; readonly path: string }
  /** Merge the mainline into the topic, if it has moved. */
  | { readonly kind: "catch-up" };

/** A line of development beside the mainline. */
export class Topic {
  readonly name: string;
  readonly steps: Step[];
  tip: number;
  /** The newest mainline commit that it contains. */
  caughtUp: number;

  constructor(name: string, base: number, steps: Step[]) {
    this.name = name;
    this.tip = base;
    this.caughtUp = base;
    this.steps = steps;
  }

  /** True where nothing is left to do but to merge it. */
  get isDone(): boolean {
    return this.steps.length === 0;
  }

  /** A topic on `base` with 3 to 13 edits, and what `work` asks for among them. */
  static planned(
    name: string,
    base: number,
    work: { path: string; others: readonly string[]; breaks: boolean; patch: number | null },
    random: Random,
  ): Topic {
    const { path, others } = work;
    const edit = (file: string): Step => commit({ kind: "edit", path: file }, file);
    const edits = (count: number, files: readonly string[]) =>
      Array.from({ length: count }, () => edit(random.pick(files)));
    const all = [path, ...others];
    const steps = edits(random.between(3, 13), all);
    if (random.chance(0.2)) steps.splice(random.between(1, steps.length), 0, { kind: "catch-up" });
    const middle = random.between(1, steps.length - 1);
    if (work.patch !== null) {
      steps.splice(middle, 0, commit({ kind: "patch", patch: work.patch }, path));
    }
    if (work.breaks) {
      // What lies between the halves leaves the file alone that is not whole.
      const between = edits(random.between(3, 6), others);
      const halves = [commit({ kind: "break", path }, path), commit({ kind: "mend", path }, path)];
      steps.splice(middle, 0, halves[0] as Step, ...between, halves[1] as Step);
    }
    return new Topic(name, base, steps);
  }
}

function commit(change: Change, path: string): Step {
  return { kind: "commit", change, path };
}
