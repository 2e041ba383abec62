import { describe, expect, it } from "vitest";
import { kernelIdOf, runIdOf } from "../../src/event/index.ts";
import { sessionSeconds, subjectOf, summaryOf } from "../../src/syzbot/index.ts";
import { commit, Story } from "./story.ts";

describe("a summary", () => {
  it("takes the checks of an earlier conclusion back once work goes on", () => {
    const story = new Story().start().check("parent-clean", "unknown").conclude("budget");
    expect(summaryOf(story.resume(60).events)).toMatchObject({ concluded: { end: "budget" } });
    story.choose("search", "a", 1);
    expect(summaryOf(story.events)).toMatchObject({ concluded: null, checks: [] });
  });

  it("has nothing under way of what an override made unwanted", () => {
    const story = new Story().start().range("crashing", "v6.1").choose("search", "a", 2).build("a");
    const run = runIdOf(kernelIdOf(commit("a")), 0);
    story.add({ kind: "run-started", run, kernel: kernelIdOf(commit("a")) });
    expect(summaryOf(story.events).running.size).toBe(1);
    const said = { verdict: "before", why: null, source: "user" } as const;
    story.add({ kind: "overridden", commits: [commit("a")], ...said });
    const open = summaryOf(story.events);
    expect([open.probe, open.overrides.length]).toEqual([null, 1]);
    story.choose("search", "b", 2);
    expect(summaryOf(story.events).running.size).toBe(0);
  });

  it("is reopened by an override, and concluded no more", () => {
    const story = new Story().start().test("search", "a", "x").conclude("found");
    const said = { verdict: "before", why: null, source: "user" } as const;
    story.add({ kind: "overridden", commits: [commit("a")], ...said });
    const override = story.events.at(-1)!.seq;
    expect(summaryOf(story.events)).toMatchObject({ concluded: null, reopened: true });
    story.add({ kind: "override-undone", override });
    const undone = summaryOf(story.events);
    expect([undone.overrides, undone.reopened]).toEqual([[], true]);
    expect(summaryOf(story.resume(5).events).reopened).toBe(false);
  });

  it("has the newest result of each check, one a parent", () => {
    const story = new Story().start();
    story.check("parent-clean", "unknown", { parent: commit("a") });
    story.check("parent-clean", "failed", { parent: commit("b") });
    story.check("parent-clean", "passed", { parent: commit("a") });
    const results = summaryOf(story.events).checks.map(({ parent, result }) => [parent, result]);
    expect(results).toEqual([
      [commit("b"), "failed"],
      [commit("a"), "passed"],
    ]);
  });

  it("keeps what only a culprit's description has when the commit is described again", () => {
    const recipients = { to: ["heron@pond.example"], cc: [] };
    const story = new Story().start().describe("a", { diffstat: [" a | 1 +"], recipients });
    const known = summaryOf(story.describe("a").events).commits.get(commit("a"));
    expect(known).toMatchObject({ diffstat: [" a | 1 +"], recipients });
  });

  it("counts the time of sessions, not the pause between them, nor a clock set back", () => {
    const story = new Story().start().add({ kind: "stopped", reason: "killed", message: "" }, 10);
    story.resume(86_400).bug().choose("search", "a", 1);
    story.add({ kind: "stopped", reason: "killed", message: "" }, 5);
    story.add({ kind: "stopped", reason: "killed", message: "" }, -3600);
    expect(sessionSeconds(summaryOf(story.events))).toBe(15);
  });

  it("pools kernels below the first that they equal, through others too", () => {
    const [a, b, c] = ["a", "b", "c"].map((name) => kernelIdOf(commit(name)));
    const story = new Story().start();
    story.add({ kind: "kernels-equal", kernels: [a!, b!], how: "signature" });
    story.add({ kind: "kernels-equal", kernels: [b!, c!], how: "tokens" });
    const { kernels } = summaryOf(story.events);
    expect([a, b, c].map((kernel) => kernels.get(kernel!)?.equalTo)).toEqual([null, a, a]);
    expect([b, c].map((kernel) => kernels.get(kernel!)?.butForLines)).toEqual([false, true]);
  });

  it("pools groups of kernels that are found equal later", () => {
    const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => kernelIdOf(commit(name)));
    const story = new Story().start();
    story.add({ kind: "kernels-equal", kernels: [a!, b!], how: "signature" });
    story.add({ kind: "kernels-equal", kernels: [c!, d!], how: "signature" });
    story.add({ kind: "kernels-equal", kernels: [b!, c!], how: "tokens" });
    const { kernels } = summaryOf(story.events);
    expect([b, c, d].map((kernel) => kernels.get(kernel!)?.equalTo)).toEqual([a, a, a]);
  });

  it("knows the crashing commit's subject from the start", () => {
    const summary = summaryOf(new Story().start().events);
    expect(subjectOf(summary, commit("crashing"))).toBe("pond: the last drop");
    expect(subjectOf(summary, commit("a"))).toBe("");
  });
});
