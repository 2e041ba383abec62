import type { Material } from "../../demo/history/compose.ts";
import type { Patch } from "../../demo/history/patch.ts";
import { type Plan, planHistory } from "../../demo/history/plan.ts";
import { Random } from "../../demo/history/random.ts";

/** A tree that looks enough like a kernel for a history to be made over it. */
export interface TinySource {
  readonly plan: Plan;
  readonly material: Material;
}

const areas = ["fs", "mm", "kernel", "lib"];
export const documentPath = "Documentation/filesystems/notes.rst";
const patchNames = ["ground", "first", "second", "third"];

/** Sixty-odd files, four patches, and the plan of a history over them, by `seed`. */
export function tinySource(seed: string, commits = 300): TinySource {
  const made = areas.flatMap((area) => Array.from({ length: 15 }, (_, i) => `${area}/part${i}.c`));
  const texts = new Map(made.map((path) => [path, sourceText(path)]));
  texts.set(documentPath, "Notes\n=====\n\nAbout the parts.\n");
  texts.set("Makefile", "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 192\nEXTRAVERSION =\n\nall:\n");
  const patches = patchNames.map(patchOf);
  const paths = patches.map((patch) => patch.path);
  const plan = planHistory(
    {
      commits,
      files: [...made, documentPath],
      breakable: made.filter((path) => path.startsWith("mm/")),
      groundPatches: paths.slice(0, 1),
      topicPatches: paths.slice(1),
    },
    new Random(seed),
  );
  return { plan, material: { source: "tiny-source 1", texts, patches } };
}

/** C that compiles by itself, with a place for most kinds of edits. */
export function sourceText(path: string): string {
  const name = path.replace(/\W/g, "_");
  return `// SPDX-License-Identifier: Apache-2.0
#define NULL ((void *)0)
#define unlikely(x) (x)
#define bool _Bool
#define ENOMEM 12
int printf(const char *format, ...);

struct box {
	int open;
	struct box *inner;
};

static int ${name}_leaf(struct box *box)
{
	unsigned limit = 3;
	int ret = 0;

	if (box == NULL)
		return -ENOMEM;
	if (box->open)
		ret = 1;
	if (ret == 0) {
		ret = limit;
	}
	return ret;
}

static void ${name}_clear(struct box *box)
{
	int i;
	struct box *next;

	next = box->inner;
	for (i = 0; next; i++)
		next = next->inner;
	box->open = i;
	return;
}

int ${name}_walk(struct box *box)
{
	char text[16];
	int err;

	text[0] = 0;
	if (!box->inner)
		return -ENOMEM;
	err = ${name}_leaf(box->inner);
	${name}_clear(box);
	printf("%s", text);
	return err;
}
`;
}

function patchOf(name: string, number: number): Patch {
  return {
    author: { name: "Somebody", email: "somebody@kernel.example" },
    subject: `fs/part${number}: make the ${name} patch`,
    body: `Body of ${name}.`,
    path: `fs/part${number}.c`,
    // Lines that edits like to change: they must leave them alone.
    hunks: [
      {
        before: "\tint i;\n\tstruct box *next;\n",
        after: `\tint i;\n\tint spare${number} = ${number};\n\tstruct box *next;\n`,
      },
      {
        before: "\tif (!box->inner)\n\t\treturn -ENOMEM;\n",
        after: "\tif (!box->inner || !box->open)\n\t\treturn -ENOMEM;\n",
      },
    ],
  };
}
