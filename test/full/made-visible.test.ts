import { expect, test } from "vitest";
import { bisect, checksOf, historyOf, sources } from "../real/made-history.ts";

test("a commit that adds a check is named beside the one that it made visible", async () => {
  const { folder, hash } = await historyOf((show) => {
    const { level, other, check } = sources(show);
    return [
      { name: "n1", parents: ["base"], files: level(1) },
      { name: "n2", parents: ["n1"], files: other(2) },
      { name: "n3", parents: ["n2"], files: level(2) },
      { name: "n4", parents: ["n3"], files: other(4) },
      { name: "n5", parents: ["n4"], files: check },
      { name: "n6", parents: ["n5"], files: other(6) },
    ];
  });
  const result = await bisect(folder, { clean: "n1", crashes: "n6" }, {});
  expect(result).toMatchObject({ end: "found", culprit: hash("n5") });
  expect(result.bug.title).toMatch(/^WARNING in pipe_poll/);
  expect(checksOf(result)).toMatchObject({
    "changes-code": "passed",
    "is-compiled": "passed",
    "touches-stack": "passed",
    "no-detector": "unknown",
    "revert-on-culprit": "passed",
    "revert-on-crashing": "passed",
  });
  expect(result.deeper).toMatchObject({ search: "behind", result: "found", commits: [hash("n3")] });
});
