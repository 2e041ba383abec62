import type { EventOf } from "../event/index.ts";
import type { BugWords } from "../outcome/bug-words.ts";
import { kernelAt } from "./standing-kernel.ts";
import { type BisectionState, startOf } from "./state.ts";
import { record, type Step, work } from "./step.ts";
import { wordsOf } from "./words-of.ts";

type Check = EventOf<"checked">;
type Examined = EventOf<"culprit-examined">;
type Find = EventOf<"started">["find"];

/**
 * Whether the culprit can have brought the crash at all, by what it changes: code, that is compiled, on the
 * stack, and no more than a check or a switch that shows what was there. A step, or null once all is said.
 *
 * What cannot be so contradicts what runs say, and fails: then one of the two is wrong.
 */
export function checkPlausible(
  state: BisectionState,
  culprit: string,
  parents: readonly string[],
): Step | null {
  if (startOf(state).checks === undefined) return null;
  const examined = state.examined.get(culprit);
  if (examined === undefined) {
    const kernels = [culprit, ...parents].flatMap((one) => kernelAt(state, one) ?? []);
    const built = kernels.filter((kernel) => kernel.built !== null);
    return work({
      task: "examine",
      commit: culprit,
      kernels: built.map(({ kernel }) => kernel),
    });
  }
  const { find } = startOf(state);
  for (const judge of [changesCode, isCompiled, touchesStack, noDetector]) {
    const check = judge(examined, find, wordsOf(state));
    if (!state.checks.some((made) => made.check === check.check)) return record(check);
  }
  return null;
}

function changesCode({ of, kinds, isMerge, isRelease, files }: Examined): Check {
  const made = checkOf("changes-code");
  if (of === 0) {
    return isMerge
      ? { ...made, result: "unknown", why: "a merge that leaves its first parent as it is" }
      : { ...made, result: "failed", why: "it changes no file" };
  }
  if (isRelease)
    return { ...made, result: "failed", why: "it only says how the release is called" };
  if (kinds.documentation === of) {
    const why = `it changes nothing but documentation: ${named(files)}`;
    return { ...made, result: "failed", why };
  }
  return { ...made, result: "passed", why: `it changes ${count(of, "file")}` };
}

function isCompiled({ of, kinds, isBuildKnown, isMerge }: Examined): Check {
  const made = checkOf("is-compiled");
  const { documentation, foreign, compiled, uncompiled, other } = kinds;
  if (compiled > 0) {
    const why = `${compiled} of ${count(of, "changed file")} are read by its build or its parent's`;
    return { ...made, result: "passed", why };
  }
  if (other === 0 && of > 0 && documentation < of) {
    const why =
      uncompiled === 0
        ? `it changes ${count(foreign, "file")} of other architectures, and nothing that is compiled`
        : `none of the ${count(uncompiled, "source file")} that it changes is compiled with this configuration`;
    return { ...made, result: "failed", why };
  }
  if (!isBuildKnown || of === 0 || isMerge) {
    return { ...made, result: "unknown", why: "it is not known what the build reads" };
  }
  if (documentation === of) {
    return { ...made, result: "failed", why: "no build reads documentation" };
  }
  return { ...made, result: "passed", why: `it changes ${count(other, "file")} that builds go by` };
}

function touchesStack(
  { onStack, guilty, isMerge }: Examined,
  _: Find,
  { isCrash }: BugWords,
): Check {
  const made = checkOf("touches-stack");
  if (onStack.length > 0) {
    const where = onStack.includes(guilty ?? "") ? `${guilty}, which the crash points at` : null;
    const why = `it changes ${where ?? `${named(onStack)}, which is on the stack of the crash`}`;
    return { ...made, result: "passed", why };
  }
  if (guilty === null) {
    return {
      ...made,
      result: "unknown",
      why: `${isCrash ? "the crash" : "what shows the bug"} names no source file`,
    };
  }
  const what = isMerge ? "what it merges" : "it";
  const why = `${what} changes no file that is on the stack, such as ${guilty}`;
  return { ...made, result: "unknown", why };
}

function noDetector({ detectors, isMerge }: Examined, find: Find): Check {
  const made = checkOf("no-detector");
  const [first] = detectors;
  if (first === undefined) {
    if (isMerge) {
      return { ...made, result: "unknown", why: "what a merge brings is not looked into" };
    }
    const why =
      find === "cause"
        ? "it adds nothing that only makes such a bug visible"
        : "it takes out nothing that such a bug is seen by";
    return { ...made, result: "passed", why };
  }
  const did = find === "cause" ? "made visible what was there" : "hidden what is still there";
  return { ...made, result: "unknown", why: `${detectorText(first, find)}: it may have ${did}` };
}

function detectorText({ what, path, text }: Examined["detectors"][number], find: Find): string {
  const where = `\`${text}\` in ${path}`;
  const isCause = find === "cause";
  switch (what) {
    case "check":
      return `it ${isCause ? "adds" : "takes out"} the check that reports the crash, ${where}`;
    case "option":
      return `it switches something ${isCause ? "on" : "off"}, ${where}`;
    case "instrumentation":
      return `it turns ${isCause ? "on" : "off"} what detects the crash, ${where}`;
    case "fatal":
      return `it makes warnings ${isCause ? "fatal" : "harmless"}, ${where}`;
    default:
      return what satisfies never;
  }
}

function checkOf(check: Check["check"]) {
  return { kind: "checked", check, parent: null, crashed: 0, of: 0 } as const;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

function named(paths: readonly string[]): string {
  const shown = paths.slice(0, 3).join(", ");
  return paths.length > 3 ? `${shown} and ${paths.length - 3} more` : shown;
}
