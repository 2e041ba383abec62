import { expect, test } from "vitest";
import { bisect, checksOf, historyOf, sources } from "../real/made-history.ts";

test("a merge whose sides do not bear each other is explained by a commit of each", async () => {
  const { folder, hash } = await historyOf((show) => {
    const { level, other, check } = sources(show);
    return [
      { name: "n1", parents: ["base"], files: level(1) },
      { name: "t1", parents: ["n1"], files: other(1) },
      { name: "t2", parents: ["t1"], files: check },
      { name: "n2", parents: ["n1"], files: level(2) },
      { name: "n3", parents: ["n2", "t2"], files: { ...other(1), ...check } },
      { name: "n4", parents: ["n3"], files: { CREDITS: "Of what is merged\n" } },
    ];
  });
  const ends = { clean: "n1", crashes: "n4" };
  const more = { policy: "git", checks: { revert: true, deeper: true } };
  const result = await bisect(folder, ends, more);
  expect(result).toMatchObject({ end: "found", culprit: hash("n3") });
  expect(checksOf(result)["revert-on-crashing"]).toBe("passed");
  expect(result.deeper).toMatchObject({
    search: "inside",
    result: "found",
    commits: [hash("t2"), hash("n2")],
  });
});
