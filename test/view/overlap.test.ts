import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { overlapOf } from "../../src/view/overlap.ts";

const report = `BUG: KASAN: use-after-free in pond_drain+0x12/0x40 drivers/pond.c:112
Call Trace:
 kasan_report+0x1/0x2 mm/kasan/report.c:1
 pond_drain.isra.0+0x12/0x40 drivers/pond.c:112
 duck_wait+0x1/0x2 drivers/duck.c:40
 pond_fill+0x1/0x2 drivers/pond.c:3
`;

const diff = `diff --git a/drivers/pond.c b/drivers/pond.c
index 1111111..2222222 100644
--- a/drivers/pond.c
+++ b/drivers/pond.c
@@ -98,4 +98,4 @@ static int pond_drain(struct pond *pond)
 	struct duck *duck;
-	kfree(pond);
+	kfree(duck);
 	return 0;
@@ -200,2 +200,3 @@
 }
+
 int pond_other(void)
diff --git a/drivers/frog.c b/drivers/frog.c
new file mode 100644
--- /dev/null
+++ b/drivers/frog.c
@@ -0,0 +1,2 @@
+--- not a header
+++ nor this
`;

describe("the stack beside the change", () => {
  const overlap = overlapOf(report, diff);

  test("marks the frames that the change touches", () => {
    const frames = overlap.report.filter(({ frame }) => frame !== null);
    expect(
      frames.map(({ frame, inFile, touched }) => [frame?.function, frame?.line, inFile, touched]),
    ).toEqual([
      ["pond_drain", 112, true, true],
      ["kasan_report", 1, false, false],
      ["pond_drain.isra.0", 112, true, true],
      ["duck_wait", 40, false, false],
      ["pond_fill", 3, true, false],
    ]);
  });

  test("marks the lines of functions that the stack is in, and no others", () => {
    const marked = overlap.diff.filter(({ onStack }) => onStack);
    expect(marked.map(({ kind, newLine }) => [kind, newLine])).toEqual([
      ["@", null],
      [" ", 98],
      ["-", null],
      ["+", 99],
      [" ", 100],
    ]);
  });

  test("tells functions of one hunk apart, and does not go by a line of another", () => {
    const change = [
      "diff --git a/pond.c b/pond.c",
      "--- a/pond.c",
      "+++ b/pond.c",
      "@@ -10,8 +10,8 @@ int pond_old(void)",
      " static void pond_dig(void)",
      " {",
      "-\tdig();",
      "+\tdig_deep();",
      " }",
      " ",
      " int pond_fill(void)",
      " {",
      " \treturn 0;",
    ].join("\n");
    const stack = [
      " pond_dig+0x1/0x2 pond.c:900",
      " pond_fill+0x1/0x2 pond.c:17",
      " pond_old+0x1/0x2 pond.c:11",
    ];
    const { report, diff } = overlapOf(stack.join("\n"), change);
    expect(report.map(({ touched }) => touched)).toEqual([true, false, false]);
    const marked = diff.flatMap(({ onStack, text }) => (onStack ? [text.trim()] : []));
    expect(marked).toEqual([
      "@@ -10,8 +10,8 @@ int pond_old(void)",
      "static void pond_dig(void)",
      "{",
      "-\tdig();",
      "+\tdig_deep();",
      "}",
    ]);
  });

  test("takes what looks like a header inside of a hunk for a line", () => {
    const last = overlap.diff.slice(-3);
    expect(last.map(({ kind, file, newLine }) => [kind, file, newLine])).toEqual([
      ["@", "drivers/frog.c", null],
      ["+", "drivers/frog.c", 1],
      ["+", "drivers/frog.c", 2],
    ]);
  });

  test("goes by lines, too, and by the end of a longer path", () => {
    const frame = "    main /build/tree/src/main.c:7\n";
    const change = "diff --git a/src/main.c b/src/main.c\n--- a/src/main.c\n+++ b/src/main.c\n";
    expect(overlapOf(frame, `${change}@@ -6,2 +6,2 @@\n a\n-b\n+c\n`).report).toMatchObject([
      { frame: { file: "build/tree/src/main.c", line: 7 }, inFile: true, touched: true },
    ]);
    expect(overlapOf(frame, `${change}@@ -60 +60 @@\n-b\n+c\n`).report).toMatchObject([
      { inFile: true, touched: false },
    ]);
  });
});

describe("any texts", () => {
  const piece = fc.constantFrom(
    "\n",
    "@@ -1,3 +1,3 @@ int f(void)",
    "+++ b/a.c",
    "--- a/a.c",
    "+x",
    "-x",
    " x",
    "\\ No newline",
    " f+0x1/0x2 a.c:1",
    "\u001b[2J\u202e<script>",
  );
  const some = fc.oneof(
    fc.array(piece).map((parts) => parts.join("\n")),
    fc.string({ unit: "binary" }),
  );

  it("give a line for each line, without control characters", () => {
    fc.assert(
      fc.property(some, some, (report, diff) => {
        const overlap = overlapOf(report, diff);
        expect(overlap.cut).toBe(false);
        expect(overlap.diff.length).toBeLessThanOrEqual(diff.split("\n").length);
        for (const { text } of [...overlap.report, ...overlap.diff]) {
          expect(text).not.toMatch(/[\u0000-\u0008\n\u000b-\u001f\u202e]/);
        }
      }),
    );
  });

  test("are cut where they are too long", () => {
    const overlap = overlapOf(" f+0x1/0x2 a.c:1\n".repeat(9000), "+\n".repeat(50_000));
    expect([overlap.report.length, overlap.diff.length, overlap.cut]).toEqual([5000, 20_000, true]);
    expect(overlapOf("", `+${"x".repeat(1e6)}`).diff[0]?.text).toHaveLength(1000);
  });
});
