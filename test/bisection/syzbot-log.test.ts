import { describe, expect, test } from "vitest";
import type { BisectionEvent } from "../../src/event/index.ts";
import { readLog, writeLog } from "../../src/syzbot/index.ts";
import { type Story, tell } from "./drive-story.ts";
import { history, kernelsWith } from "./kernels.ts";

/** The events as if each had come ten seconds after the one before. */
function timed(events: readonly BisectionEvent[]): BisectionEvent[] {
  return events.map((event) => ({
    ...event,
    at: new Date(1_700_000_000_000 + event.seq * 10_000).toISOString(),
  }));
}

/** A flaky bug, a release whose connection is lost twice, and a commit with one unrelated crash. */
function storyOf(policy: string, sameKernel: readonly string[] = []): Story {
  const script = kernelsWith("a3", { rate: 0.4, sameKernel });
  const run: typeof script.run = (commit, n) => {
    const name = history.name(commit);
    if (name === "a2" && n < 2) return "lost";
    if (name === "t3" && n === 7) return { crash: "WARNING in someone_else" };
    return script.run(commit, n);
  };
  return {
    history,
    crashes: "a9",
    policy,
    script: { ...script, run, slots: { builds: 1, runs: 1 } },
  };
}

describe.each(["syzbot-2022", "syzbot-2026"])("the log of %s", (policy) => {
  test.each([
    ["found", []],
    ["same-kernel", ["a2", "a3"]],
  ])("of a story that ends %s", async (name, sameKernel) => {
    const { events } = await tell(storyOf(policy, sameKernel));
    const log = writeLog(timed(events), "own");
    await expect(log).toMatchFileSnapshot(`logs/${policy}-${name}.log`);
    const unread = readLog(Buffer.from(log), name).filter(
      ({ kind }) => kind === "line-unrecognised",
    );
    expect(unread).toEqual([]);
  });
});
