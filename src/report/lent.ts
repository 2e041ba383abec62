import type { EventOf, KernelId } from "../event/index.ts";
import { type FinishedRun, plainLine, type Summary } from "../syzbot/index.ts";
import { plural } from "./words.ts";

/** The runs of all kernels found equal to this one, which answer for it together. */
export function pooledRuns(summary: Summary, kernel: KernelId): FinishedRun[] {
  const representative = summary.kernels.get(kernel)?.equalTo ?? kernel;
  return [...summary.kernels.values()]
    .filter((other) => other.kernel === representative || other.equalTo === representative)
    .flatMap(({ runs }) => runs);
}

/** How many of the runs of a kernel another bisection made. */
export function lentRuns(summary: Summary, kernel: KernelId): number {
  return pooledRuns(summary, kernel).filter(({ lent }) => lent !== undefined).length;
}

/** How many runs in all another bisection made. */
export function allLentRuns({ kernels }: Summary): number {
  return [...kernels.values()].flatMap(({ runs }) => runs).filter(({ lent }) => lent !== undefined)
    .length;
}

/** `4 of them lent by ID`, of the runs of a kernel; null: it was not. */
export function lentText(summary: Summary, kernel: KernelId): string | null {
  const lent = lentRuns(summary, kernel);
  return lent === 0 ? null : `${lent} of them lent by ${lender(summary)}`;
}

/** The same of the runs that a check goes by; null too for one that compares kernels. */
export function lentOfCheck(summary: Summary, check: EventOf<"checked">): string | null {
  const commit = runOf(summary, check);
  if (commit == null) return null;
  const kernel = summary.tested.findLast((tested) => tested.commit === commit)?.kernel;
  return kernel === undefined ? null : lentText(summary, kernel);
}

/** The commit whose runs a check counts; null: it counts none. */
export function runOf(
  { concluded }: Summary,
  { check, parent }: EventOf<"checked">,
): string | null {
  switch (check) {
    case "culprit-crashes":
    case "fix-clean":
      return concluded?.culprit ?? null;
    case "parent-clean":
    case "parent-crashes":
      return parent;
    default:
      return null;
  }
}

/** Who lends, what, and why, before anything is taken. */
export function offeredText({ from, why, kernels }: EventOf<"evidence-offered">): string {
  const runs = kernels.reduce((sum, kernel) => sum + kernel.runs, 0);
  const reason = why === "same" ? "the same job at the same commit" : "as asked";
  return `${plainLine(from)} lends ${plural(runs, "run")} of ${plural(kernels.length, "kernel")}, where kernels come out the same (${reason})`;
}

function lender({ offer }: Summary): string {
  return plainLine(offer?.from ?? "another bisection");
}
