import type { BisectionEvent, EventOf, KernelId } from "../event/index.ts";
import { runOf } from "../report/lent.ts";
import { checkCounts, checkText } from "../report/words.ts";
import { plainLine } from "../syzbot/index.ts";
import { dotsOf } from "./dots.ts";
import type { Scene } from "./scene.ts";
import type { CheckRow } from "./schema.ts";

type Check = EventOf<"checked">;

/** What the culprit was asked, each with the runs that it counts. */
export function checkRows(scene: Scene): CheckRow[] {
  const { summary, events } = scene;
  const planned = events.filter((event) => event.kind === "kernel-planned");
  return summary.checks.map((check) => {
    const kernel = check.of === 0 ? null : kernelOf(scene, planned, check);
    return {
      check: check.check,
      text: checkText(check, summary),
      result: check.result,
      parent: check.parent,
      crashed: check.crashed,
      of: check.of,
      counts: checkCounts(check),
      why: plainLine(check.why),
      kernel,
      runs: kernel === null ? [] : dotsOf(scene, kernel),
    };
  });
}

type Planned = Extract<BisectionEvent, { kind: "kernel-planned" }>;

/** The kernel whose runs a check counts: of a commit that was tested, or of one with a change made to it. */
function kernelOf({ summary }: Scene, planned: readonly Planned[], check: Check): KernelId | null {
  const culprit = summary.concluded?.culprit ?? null;
  const commit = runOf(summary, check);
  if (commit != null) {
    return summary.tested.findLast((tested) => tested.commit === commit)?.kernel ?? null;
  }
  if (culprit === null) return null;
  const [how, on] = changes[check.check] ?? [];
  if (how === undefined) return null;
  const base =
    on === "itself"
      ? culprit
      : on === "parent"
        ? (summary.commits.get(culprit)?.parents[0] ?? null)
        : (summary.started?.crashes.hash ?? null);
  const kernel = planned.findLast(
    ({ commit: of, change }) => of === base && change?.how === how && change.of === culprit,
  );
  return kernel?.kernel ?? null;
}

/** Which change a check makes, and where. */
const changes: Partial<
  Record<Check["check"], readonly ["revert" | "apply", "itself" | "parent" | "crashing"]>
> = {
  "revert-on-culprit": ["revert", "itself"],
  "revert-on-crashing": ["revert", "crashing"],
  "fix-on-parent": ["apply", "parent"],
  "fix-on-crashing": ["apply", "crashing"],
};
