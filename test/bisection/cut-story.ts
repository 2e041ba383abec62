import type { UserEvent } from "../../src/event/index.ts";
import type { Story } from "./drive-story.ts";
import { history, kernelsWith } from "./kernels.ts";

/** Releases walked back, a commit that does not build, one with another crash, merges, a flaky bug. */
export const cutStory: Story = {
  history,
  crashes: "a9",
  runs: 5,
  script: kernelsWith("a3", { broken: ["u2"], foreign: ["t1"], rate: 0.8 }),
};

/**
 * Somebody skips commits and says wrongly that a release is clean; sees that when the culprit is checked,
 * and takes it back, so that the release has to be tested and the range becomes another one.
 */
export const steeredStory: Story = {
  history,
  crashes: "a9",
  runs: 2,
  script: kernelsWith("a1"),
  onlooker(events) {
    const said = events.filter(({ kind }) => kind === "overridden");
    const undone = events.some(({ kind }) => kind === "override-undone");
    const checked = events.some(({ kind }) => kind === "checked");
    // Several runs begin at once: what is said after each of them would be said several times.
    if (events.at(-1)?.kind === "run-started") return null;
    if (!events.some(({ kind }) => kind === "bug-identified")) return null;
    if (said.length === 0) return word("untestable", "a6", "t3");
    if (said.length === 1) return word("before", "a2");
    if (undone || !checked) return null;
    return said.length === 2
      ? word("after", "a4")
      : { kind: "override-undone", override: said[1]!.seq };
  },
};

function word(verdict: "before" | "after" | "untestable", ...names: string[]): UserEvent {
  const commits = names.map(history.hash);
  return { kind: "overridden", commits, verdict, why: null, source: "user" };
}
