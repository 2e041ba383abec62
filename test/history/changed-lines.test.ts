import fc from "fast-check";
import { expect, test } from "vitest";
import { changedLines } from "../../src/history/changed-lines.ts";

test("lines of a diff have the path, the side and the number that they have in their file", () => {
  const diff = [
    "diff --git a/fs/pipe.c b/fs/pipe.c",
    "index 1..2 100644",
    "--- a/fs/pipe.c",
    "+++ b/fs/pipe.c",
    "@@ -10,2 +10 @@ static void eat(void)",
    "-\told();",
    "--- a/looks/like.a.header",
    "+\tnew();",
    "@@ -40,0 +40,2 @@",
    "+\tone();",
    "+++ b/another.header",
    "diff --git a/gone.c b/gone.c",
    "--- a/gone.c",
    "+++ /dev/null",
    "@@ -1 +0,0 @@",
    "-int gone;",
    "",
  ].join("\n");
  expect(changedLines(diff)).toEqual([
    { path: "fs/pipe.c", sign: "-", line: 10, text: "\told();" },
    { path: "fs/pipe.c", sign: "-", line: 11, text: "-- a/looks/like.a.header" },
    { path: "fs/pipe.c", sign: "+", line: 10, text: "\tnew();" },
    { path: "fs/pipe.c", sign: "+", line: 40, text: "\tone();" },
    { path: "fs/pipe.c", sign: "+", line: 41, text: "++ b/another.header" },
    { path: "gone.c", sign: "-", line: 1, text: "int gone;" },
  ]);
});

test("whatever is in it, a diff is read without an error, each of its lines once at most", () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom("@@ -1,9 +1,9 @@", "--- a/x", "+++ b/x", "+", "-", "@@ -0,0 +1,999999999 @@"),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.join("\n");
      expect(changedLines(text).length).toBeLessThanOrEqual(text.split("\n").length);
    }),
  );
});
