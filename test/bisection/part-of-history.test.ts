import { expect, test } from "vitest";
import { tell } from "./drive-story.ts";
import { history, kernelsWith } from "./kernels.ts";

const outside = (paths: string) => expect.stringContaining(`lies outside of ${paths}`);

test.each([
  {
    what: "over first parents ends at the merge that brought the change, with its first parent checked",
    part: { "first-parent": true },
    culprit: "t2",
    ended: { end: "found", culprit: "m5" },
    parents: ["a4"],
  },
  {
    what: "of some files ends at one of their commits, with its real parent checked",
    part: { paths: ["a3.c", "a7.c"] },
    culprit: "a3",
    ended: { end: "found", culprit: "a3" },
    parents: ["a2"],
  },
  {
    what: "of some files takes the real parents of a merge",
    part: { paths: ["m5.c"] },
    culprit: "m5",
    ended: { end: "found", culprit: "m5" },
    parents: ["a4", "t3"],
  },
  {
    what: "says where the change must lie outside of them, before their commit",
    part: { paths: ["a6.c"] },
    culprit: "a3",
    ended: { end: "unconfirmed", culprit: "a6", why: outside("a6.c") },
    parents: ["m5"],
  },
  {
    what: "says where the change must lie outside of them, after their last commit",
    part: { paths: ["a3.c"] },
    culprit: "a7",
    ended: { end: "unconfirmed", culprit: "a9", why: outside("a3.c") },
    parents: ["m8"],
  },
  {
    what: "of some files over first parents asks for one parent",
    part: { "first-parent": true, paths: ["m5.c", "a6.c"] },
    culprit: "t3",
    ended: { end: "found", culprit: "m5" },
    parents: ["a4"],
  },
])("a search $what", async ({ part, culprit, ended, parents }) => {
  const script = kernelsWith(culprit);
  const { events, concluded } = await tell({ history, crashes: "a9", clean: "a0", part, script });
  expect({ ...concluded, culprit: history.name(concluded.culprit ?? "") }).toMatchObject(ended);
  const checked = events.flatMap((event) =>
    event.kind === "checked" && event.check === "parent-clean" ? [history.name(event.parent!)] : [],
  );
  expect(checked).toEqual(parents);
});

test("files that the range has no commit of are an error", async () => {
  const part = { paths: ["a1.c"] };
  const story = { history, crashes: "a9", clean: "a2", part, script: kernelsWith("a6") };
  await expect(tell(story)).rejects.toMatchObject({ code: "path-matches-nothing" });
  const misspelt = { ...story, part: { paths: ["a3.cc"] } };
  await expect(tell(misspelt)).rejects.toMatchObject({ code: "path-matches-nothing" });
});
