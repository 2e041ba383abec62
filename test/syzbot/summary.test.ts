import { describe, expect, it } from "vitest";
import { kernelIdOf } from "../../src/event/index.ts";
import { sessionSeconds, subjectOf, summaryOf } from "../../src/syzbot/index.ts";
import { commit, Story } from "./story.ts";

describe("a summary", () => {
  it("takes the checks of an earlier conclusion back once work goes on", () => {
    const story = new Story().start().check("parent-clean", "unknown").conclude("budget");
    expect(summaryOf(story.resume(60).events)).toMatchObject({ concluded: { end: "budget" } });
    story.choose("search", "a", 1);
    expect(summaryOf(story.events)).toMatchObject({ concluded: null, checks: [] });
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
  });

  it("knows the crashing commit's subject from the start", () => {
    const summary = summaryOf(new Story().start().events);
    expect(subjectOf(summary, commit("crashing"))).toBe("pond: the last drop");
    expect(subjectOf(summary, commit("a"))).toBe("");
  });
});
