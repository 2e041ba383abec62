import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parsePatch, patched, unpatched } from "../../demo/history/patch.ts";

const letter = `From: Some Body <some.body@kernel.example>
Subject: [PATCH] lib/two: double the second

Once is not enough.

Twice is.
---
 lib/two.c | 4 ++--
 1 file changed, 2 insertions(+), 2 deletions(-)

diff --git a/lib/two.c b/lib/two.c
--- a/lib/two.c
+++ b/lib/two.c
@@ -1,3 +1,3 @@ one
 	one();
-	two();
+	two(2);
 
@@ -9,2 +9,3 @@
 	ten();
+	eleven();
 }
`;
const before = "x\n\tone();\n\ttwo();\n\n\ty\n\tten();\n}\n";
const after = "x\n\tone();\n\ttwo(2);\n\n\ty\n\tten();\n\televen();\n}\n";

test("a patch is read as author, subject, body, path and blocks", () => {
  expect(parsePatch(letter)).toEqual({
    author: { name: "Some Body", email: "some.body@kernel.example" },
    subject: "lib/two: double the second",
    body: "Once is not enough.\n\nTwice is.",
    path: "lib/two.c",
    hunks: [
      { before: "\tone();\n\ttwo();\n\n", after: "\tone();\n\ttwo(2);\n\n" },
      { before: "\tten();\n}\n", after: "\tten();\n\televen();\n}\n" },
    ],
  });
});

test("it is applied and taken back wherever its blocks stand", () => {
  const patch = parsePatch(letter);
  expect(patched(before, patch)).toBe(after);
  expect(unpatched(after, patch)).toBe(before);
  expect(patched(`/* moved */\n${before}`, patch)).toBe(`/* moved */\n${after}`);
});

test.each([
  ["a block is missing", before.replace("ten", "nine")],
  ["a block is there twice", `${before}${before}`],
  ["it is applied already", after],
])("it does not fit where %s", (_, text) => {
  expect(patched(text, parsePatch(letter))).toBeNull();
});

test("text that is no patch of one file is refused", () => {
  expect(() => parsePatch("hello")).toThrow("not a patch of one file: hello");
  expect(() => parsePatch(letter + letter.slice(letter.indexOf("diff")))).toThrow(/not a patch/);
});

const folder = join(import.meta.dirname, "../../demo/patches");
const own = ["ground", "topic"].flatMap((kind) =>
  readdirSync(join(folder, kind)).map((name) => join(folder, kind, name)),
);

test.each(own)("%s is a patch with a subject of at most 75 columns and a body", (file) => {
  const patch = parsePatch(readFileSync(file, "utf8"));
  expect(patch.subject.length).toBeLessThanOrEqual(75);
  expect(patch.body.length).toBeGreaterThan(40);
  expect(patch.author.email).toMatch(/@kernel\.example$/);
  for (const { before: old, after: fresh } of patch.hunks) expect(old).not.toBe(fresh);
});
