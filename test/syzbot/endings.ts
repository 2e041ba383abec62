import { type EventBody, kernelIdOf } from "../../src/event/index.ts";
import { commit, foundStory, Story } from "./story.ts";

/** Bisections of every kind, by name: what logs and reports are shown in full of. */
export const stories: Readonly<Record<string, () => Story>> = {
  found: foundStory,
  "found-fix": foundFix,
  unconfirmed,
  ties,
  "since-oldest": sinceOldest,
  "not-fixed-yet": notFixedYet,
  "not-reproduced": notReproduced,
  "clean-end-crashes": cleanEndCrashes,
  "merge-base-bad": mergeBaseBad,
  "merge-base-skipped": mergeBaseSkipped,
  "clean-end-untestable": cleanEndUntestable,
  "budget-and-on": budgetAndOn,
  "two-at-once": twoAtOnce,
  stopped,
};

function foundFix(): Story {
  return new Story("fix")
    .start({ clean: { hash: commit("head"), name: "head" } })
    .test("reproduce", "crashing", "xx")
    .bug()
    .test("clean-end", "head", "..", { label: "origin/master" })
    .range("head", "crashing")
    .choose("search", "middle", 2, { left: { suspects: 1, steps: 1 } })
    .describe("middle", { subject: "pond: still leaking" })
    .build("middle")
    .runs("middle", "xx")
    .answer("search", "middle")
    .test("search", "culprit", "..", { left: { suspects: 0, steps: 0 } })
    .build("parent of culprit", { like: "culprit" })
    .describe("culprit", { diffstat: [" pond.c | 2 +-"], recipients: { to: [], cc: [] } })
    .symbolize("crashing", "BUG: pond\n")
    .conclude("found", { culprit: commit("culprit"), confidence: 0.9 });
}

/** The parent crashes, too. The culprit is a merge, so signatures are not compared. */
function unconfirmed(): Story {
  return new Story()
    .start({ clean: { hash: commit("clean"), name: "v6.0-rc3" } })
    .test("reproduce", "crashing", "x")
    .bug()
    .test("clean-end", "clean", ".", { label: "v6.0-rc3" })
    .range("crashing", "clean")
    .test("search", "culprit", "x", { left: { suspects: 2, steps: 1 } })
    .test("parent", "left parent", "x")
    .describe("culprit", {
      parents: [commit("left parent"), commit("right parent")],
      diffstat: [],
      recipients: { to: ["heron@pond.example"], cc: [] },
    })
    .check("culprit-crashes", "passed", { crashed: 1, of: 1 })
    .check("parent-clean", "failed", { parent: commit("left parent"), crashed: 1, of: 1 })
    .conclude("unconfirmed", { culprit: commit("culprit"), why: "a parent crashes, too" });
}

function ties(): Story {
  return new Story()
    .start()
    .test("reproduce", "crashing", "x")
    .bug()
    .test("release", "v6.1", ".", { label: "v6.1" })
    .range("crashing", "v6.1")
    .test("search", "one", "bnlhof", { left: { suspects: 1, steps: 1 } })
    .test("search", "two", "", { left: { suspects: 0, steps: 0 }, broken: [] })
    .conclude("ties", { candidates: [commit("one"), commit("two")], why: "untestable" });
}

function sinceOldest(): Story {
  return new Story()
    .start()
    .test("reproduce", "crashing", "x")
    .bug()
    .describe("v6.1", { subject: "Linux 6.1" })
    .test("release", "v6.1", "xx", { label: "v6.1" })
    .conclude("since-oldest", { candidates: [commit("v6.1")] })
    .symbolize("v6.1", "BUG: pond\n\nline\n\n");
}

function notFixedYet(): Story {
  return new Story("fix")
    .start()
    .test("reproduce", "crashing", "x")
    .bug()
    .test("clean-end", "head", "x", { label: "head" })
    .symbolize("crashing", "BUG: pond")
    .conclude("not-fixed-yet", { candidates: [commit("head")] });
}

function notReproduced(): Story {
  return new Story()
    .start()
    .test("reproduce", "crashing", "....")
    .choose("reproduce", "crashing", 7)
    .runs("crashing", "..h")
    .answer("reproduce", "crashing")
    .conclude("not-reproduced", { candidates: [commit("crashing")] });
}

function cleanEndCrashes(): Story {
  return new Story()
    .start({ clean: { hash: commit("clean"), name: "clean" } })
    .test("reproduce", "crashing", "x")
    .bug()
    .test("clean-end", "clean", "x", { label: "clean" })
    .conclude("clean-end-crashes", { candidates: [commit("clean")], why: "it crashes too" });
}

const bases = (...names: string[]): EventBody => ({
  kind: "merge-bases-listed",
  after: commit("crashing"),
  before: [commit("v6.1")],
  bases: names.map(commit),
});

function mergeBaseBad(): Story {
  return new Story()
    .start()
    .test("reproduce", "crashing", "x")
    .bug()
    .test("release", "v6.1", ".", { label: "v6.1" })
    .add(bases("base"))
    .choose("merge-base", "base", 1)
    .describe("base", { subject: "Linux 6.0" })
    .build("base")
    .runs("base", "x")
    .answer("merge-base", "base")
    .conclude("clean-end-crashes", { candidates: [commit("base")], why: "the merge base crashes" });
}

function mergeBaseSkipped(): Story {
  return new Story()
    .start()
    .test("reproduce", "crashing", "x")
    .bug()
    .test("release", "v6.1", ".", { label: "v6.1" })
    .add(bases("base", "other base"))
    .test("merge-base", "base", "", { broken: ["no rule to make target"] })
    .test("merge-base", "other base", ".")
    .range("crashing", "v6.1")
    .test("search", "culprit", "x", { left: { suspects: 3, steps: 2 } })
    .conclude("found", { culprit: commit("culprit"), confidence: 1 });
}

function cleanEndUntestable(): Story {
  return new Story()
    .start()
    .test("reproduce", "crashing", "x")
    .bug()
    .test("release", "v6.1", "bb", { label: "v6.1" })
    .conclude("untestable", { why: "no release can be tested" });
}

/** Cut off in a probe, stopped, resumed; its budget used up; resumed with a larger one. */
function budgetAndOn(): Story {
  return new Story()
    .start()
    .test("reproduce", "crashing", "x")
    .bug()
    .test("release", "v6.1", ".", { label: "v6.1" })
    .range("crashing", "v6.1")
    .choose("search", "middle", 3, { left: { suspects: 9, steps: 4 } })
    .describe("middle")
    .build("middle")
    .runs("middle", ".")
    .add({ kind: "stopped", reason: "interrupted", message: "stopped as asked" })
    .resume(7200)
    .choose("search", "middle", 3, { left: { suspects: 9, steps: 4 } })
    .runs("middle", "..")
    .answer("search", "middle")
    .conclude("budget", { candidates: [commit("crashing")], why: "the budget of 1h is used up" })
    .resume(86_400)
    .test("search", "culprit", "x", { left: { suspects: 4, steps: 3 } })
    .test("parent", "parent of culprit", ".", { like: "middle" })
    .describe("culprit")
    .conclude("found", { culprit: commit("culprit"), confidence: 0.4 })
    .symbolize("culprit", "BUG: pond\n");
}

/** Two commits in one probe, answered in the other order; the second is equal to a known kernel. */
function twoAtOnce(): Story {
  const story = new Story()
    .start()
    .test("reproduce", "crashing", "xxxx")
    .bug()
    .test("release", "v6.1", "...", { label: "v6.1" })
    .range("crashing", "v6.1")
    .describe("left")
    .describe("right")
    .add({
      kind: "probe-chosen",
      stage: "search",
      probes: [
        { kernel: kernelIdOf(commit("left")), commit: commit("left"), runs: 2 },
        { kernel: kernelIdOf(commit("right")), commit: commit("right"), runs: 2 },
      ],
      label: null,
      why: "two at once",
      left: { suspects: 20, steps: 3 },
    })
    .build("left")
    .build("right", { like: "v6.1" })
    .add({
      kind: "kernels-equal",
      kernels: [kernelIdOf(commit("v6.1")), kernelIdOf(commit("right"))],
      how: "signature",
    })
    .runs("left", "xf");
  const right = { crashed: 0, clean: 3, foreign: 0, missing: 0, verdict: "before" as const };
  return story.add({
    kind: "probe-answered",
    stage: "search",
    answers: [
      { kernel: kernelIdOf(commit("right")), commit: commit("right"), ...right },
      story.answerOf("left"),
    ],
  });
}

function stopped(): Story {
  return new Story()
    .start()
    .test("reproduce", "crashing", "x")
    .bug()
    .choose("release", "v6.1", 1, { label: "v6.1" })
    .add({ kind: "stopped", reason: "disk-full", message: "no space left on device" });
}
