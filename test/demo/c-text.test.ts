import { expect, test } from "vitest";
import { functionsOf } from "../../demo/history/c-text.ts";
import { draftOf } from "../../demo/history/draft.ts";
import { editOf } from "../../demo/history/edits.ts";
import { Random } from "../../demo/history/random.ts";
import { sourceText } from "./tiny-source.ts";

const text = `#include <a.h>

/*
 * About one.
 */
static int one(struct a *a,
	       int b)
{
	if (b) {
		return 1;
	}
}

#ifdef CONFIG_B
int two(void)
{
}
#endif

SYSCALL_DEFINE1(three, int, a)
{
}

struct four {
	int x;
};

struct five *
six(int y)
{
#if 1
	return 0;
#endif
}

int seven(void)
{
#ifdef A
}
#else
}
#endif
`;

test("functions are found with their comment, head, body and conditions", () => {
  const lines = text.split("\n");
  const found = functionsOf(lines).map((f) => ({
    name: f.name,
    isStatic: f.isStatic,
    unconditional: f.unconditional,
    top: lines[f.top],
    head: lines[f.head],
    last: lines[f.close - 1],
  }));
  expect(found).toEqual([
    {
      name: "one",
      isStatic: true,
      unconditional: true,
      top: "/*",
      head: "static int one(struct a *a,",
      last: "\t}",
    },
    {
      name: "two",
      isStatic: false,
      unconditional: false,
      top: "int two(void)",
      head: "int two(void)",
      last: "{",
    },
    {
      name: "six",
      isStatic: false,
      unconditional: false,
      top: "struct five *",
      head: "struct five *",
      last: "#endif",
    },
    {
      name: "seven",
      isStatic: false,
      unconditional: false,
      top: "int seven(void)",
      head: "int seven(void)",
      last: "#ifdef A",
    },
  ]);
});

test("a file can be edited again and again, in different ways, and is never the same twice over", () => {
  const random = new Random("edits");
  const subjects = new Set<string>();
  let current = sourceText("fs/a.c");
  for (let i = 0; i < 40; i++) {
    const edit = editOf("fs/a.c", current, random, ["fs/a.c"], () => true);
    expect(edit.text).not.toBe(current);
    subjects.add(edit.subject.replace(/\w+\(\)/g, "").replace(/'\w+'/g, ""));
    current = edit.text;
  }
  expect(draftOf("fs/a.c", current).functions.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["fs_a_c_leaf", "fs_a_c_clear", "fs_a_c_walk"]),
  );
  expect(subjects.size).toBeGreaterThan(8);
});

test("an edit that is not accepted is not made", () => {
  const original = sourceText("fs/a.c");
  const kept = "\tint ret = 0;\n";
  for (let i = 0; i < 50; i++) {
    const accepts = (changed: string) => changed.includes(kept);
    const edit = editOf("fs/a.c", original, new Random(`${i}`), ["fs/a.c"], accepts);
    expect(edit.text).toContain(kept);
  }
  expect(() => editOf("fs/a.c", original, new Random("x"), [], () => false)).toThrow(
    "no place left for an edit in fs/a.c",
  );
});
