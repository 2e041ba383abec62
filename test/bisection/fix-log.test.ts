import { expect, test } from "vitest";
import { knownByLog, readLog, writeGitLog, writeLog } from "../../src/syzbot/index.ts";
import { tell } from "./drive-story.ts";
import { fixedKernels, fixedHistory as history } from "./fixed-history.ts";

/** Hashes by their names in the history, kernels' signatures and times left out. */
function readable(log: string): string {
  return log
    .replace(/[0-9a-f]{40}/g, (hash) => history.name(hash))
    .replace(/^(?:kernel|culprit|parent ) signature: .*\n/gm, "")
    .replace(/^(revisions tested: \d+).*/m, "$1")
    .replace(/^.* starts bisection .*/m, "(starts)");
}

const stories = [
  ["a branch without the bug", "m6", ["m7"], "m19"],
  ["a stable tree", "k2", ["m14"], "m19"],
  ["a tree of its own", "d2", [], "m19"],
  ["no fix yet", "m6", [], "m19"],
] as const;

test.each(["syzbot-2022", "syzbot-2026"])("logs of fixes in the form of %s", async (policy) => {
  for (const [what, crashes, fixes, head] of stories) {
    const cause = crashes === "d2" ? "d1" : "m3";
    const script = fixedKernels(cause, fixes);
    const { events } = await tell({ history, crashes, head, policy, script });
    const log = writeLog(events, "own");
    const file = `./logs/fix-${what.replaceAll(" ", "-")}.${policy}.log`;
    await expect(readable(log)).toMatchFileSnapshot(file);
    // What is written is read, and comes out as it was.
    const read = readLog(Buffer.from(log), "log");
    expect(read.filter(({ kind }) => kind === "line-unrecognised")).toEqual([]);
    expect(writeLog(read, "own")).toBe(log);
  }
});

test("git's log of a fix has words of its own, and is read as one", async () => {
  const script = fixedKernels("m3", ["m7"]);
  const { events } = await tell({ history, crashes: "m6", head: "m19", script });
  const log = writeGitLog(events);
  expect(readable(log)).toContain("git bisect start '--term-new=fixed' '--term-old=broken'");
  expect(readable(log)).toMatch(/\ngit bisect broken s\d\n/);
  expect(readable(log)).not.toContain("git bisect fixed m1\n");
  expect(knownByLog(readLog(Buffer.from(log), "log"))?.find).toBe("fix");
});
