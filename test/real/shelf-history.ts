import { historyOf } from "./made-history.ts";

/** Places on the shelf, of which the reproducer asks how many are left. */
const places = 8;

/** What commits of the history do to `lib/shelf.c`. */
interface Shelf {
  /** The cause takes this check out: a shelf with too many books has less than no room. */
  readonly isChecked: boolean;
  /** The fix mends what comes of it, elsewhere. */
  readonly isMended: boolean;
  /** The second cause: one place less than there is. */
  readonly hasSign: boolean;
}

const shelf = ({ isChecked, isMended, hasSign }: Shelf) => `// SPDX-License-Identifier: GPL-2.0
#include <linux/bug.h>
#include <linux/init.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#define SHELF_PLACES ${places}

static int shelf_books = ${places + 1};

static noinline int shelf_room(void)
{
${isChecked ? "\tif (shelf_books > SHELF_PLACES)\n\t\treturn 0;\n" : ""}	return SHELF_PLACES - shelf_books;
}

static noinline int shelf_left(void)
{
	int room = shelf_room();

${isMended ? "\tif (room < 0)\n\t\troom = 0;\n" : ""}	pr_debug("room for %d\\n", room);
	return room;
}

static int shelf_show(struct seq_file *m, void *v)
{
	int left = shelf_left();

	seq_printf(m, "books %d\\n", shelf_books);
	seq_printf(m, "places %d\\n", SHELF_PLACES);
${hasSign ? "\tleft -= 1;\n" : ""}	seq_printf(m, "left %d\\n", left);
	seq_puts(m, "all told\\n");
	WARN_ON(left < 0);
	return 0;
}

static int __init shelf_init(void)
{
	proc_create_single("shelf", 0400, NULL, shelf_show);
	return 0;
}
late_initcall(shelf_init);
`;

/** Reads what `shelf_show` writes. */
export const readsShelf = `#include <fcntl.h>
#include <unistd.h>

int main(void)
{
	char text[256];
	int shelf = open("/proc/shelf", O_RDONLY);

	return shelf < 0 || read(shelf, text, sizeof(text)) < 0;
}
`;

/** A kernel of its own for a commit that has nothing to do with the shelf. */
const other = (n: number) => ({
  "lib/shelf_note.c": `extern int shelf_note;\nint shelf_note = ${n};\n`,
});

const fixed = "shelf: no room is less than none";

/**
 * A kernel whose shelf warns since `cause`; `fix` mends that, `unfix` reverts the fix, `refix` brings it again, and
 * `second` makes the same warning for another reason. \`topic1\` and \`topic2\` were begun before the cause, and are merged
 * before the fix. Releases: v9.1 clean, v9.2 with the cause, v9.3 fixed, v9.4 without the fix again, v9.5 fixed again,
 * v9.6 with the second cause.
 */
export function makeShelfHistory() {
  const clean = { isChecked: true, isMended: false, hasSign: false };
  const caused = { ...clean, isChecked: false };
  const mended = { ...caused, isMended: true };
  const topic = (n: number) => ({
    "lib/shelf_topic.c": `extern int shelf_topic;\nint shelf_topic = ${n};\n`,
  });
  const file = (what: Shelf) => ({ "lib/shelf.c": shelf(what) });
  return historyOf((show) => {
    const objects = "obj-y += shelf.o shelf_note.o shelf_topic.o";
    const makefile = { "lib/Makefile": `${show("lib/Makefile")}\n${objects}\n` };
    return [
      {
        name: "start",
        parents: ["base"],
        files: { ...makefile, ...file(clean), ...other(0), ...topic(0) },
        tag: "v9.1",
      },
      { name: "topic1", parents: ["start"], files: topic(1) },
      { name: "topic2", parents: ["topic1"], files: topic(2) },
      { name: "before", parents: ["start"], files: other(1) },
      {
        name: "cause",
        parents: ["before"],
        files: file(caused),
        message: () => "shelf: ask for the room without a check",
      },
      { name: "between", parents: ["cause"], files: other(2), tag: "v9.2" },
      { name: "merge", parents: ["between", "topic2"], files: topic(2) },
      { name: "fix", parents: ["merge"], files: file(mended), message: () => fixed },
      { name: "fixed", parents: ["fix"], files: other(3), tag: "v9.3" },
      {
        name: "unfix",
        parents: ["fixed"],
        files: file(caused),
        message: (hash) => `Revert "${fixed}"\n\nThis reverts commit ${hash("fix")}.\n`,
      },
      { name: "broken", parents: ["unfix"], files: other(4), tag: "v9.4" },
      { name: "refix", parents: ["broken"], files: file(mended), message: () => fixed },
      { name: "again", parents: ["refix"], files: other(5), tag: "v9.5" },
      {
        name: "second",
        parents: ["again"],
        files: file({ ...mended, hasSign: true }),
        message: () => "shelf: keep a place for the sign",
      },
      { name: "last", parents: ["second"], files: other(6), tag: "v9.6" },
    ];
  });
}
