import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A program that says what it was called with, and ends with 1 at a flag that is not among `flags`. */
function execprog(flags: readonly string[]): string {
  return `#include <stdio.h>
#include <string.h>
#include <unistd.h>
static const char *const known[] = { ${flags.map((flag) => `"${flag}"`).join(", ")}, 0 };
int main(int count, char **words)
{
	for (int n = 1; n < count; n++) {
		int i = 0;
		if (words[n][0] != '-') continue;
		size_t length = strcspn(words[n] + 1, "=");
		while (known[i] && (strlen(known[i]) != length || memcmp(known[i], words[n] + 1, length))) i++;
		if (!known[i]) { printf("flag provided but not defined: %s\\n", words[n]); return 1; }
		printf("%s\\n", words[n]);
	}
	fflush(stdout);
	execl("/syz-executor", "syz-executor", words[count - 1], (char *)0);
	return 2;
}
`;
}

const executor = `#include <stdio.h>
int main(int count, char **words)
{
	char line[200];
	FILE *program = fopen(words[1], "r");
	while (program && fgets(line, sizeof(line), program))
		if (line[0] != '#') printf("executing program: %s", line);
	return 0;
}
`;

/** Targets and variables as in syzkaller's Makefile, which makes these of Go and C++. */
const makefile = `TARGETOS ?= linux
TARGETARCH ?= amd64
OUT = bin/$(TARGETOS)_$(TARGETARCH)
execprog:
	mkdir -p $(OUT)
	test -n "$(REV)"
	cc -static -o $(OUT)/syz-execprog execprog.c
executor:
	mkdir -p $(OUT)
	cc -static $(CFLAGS) -o $(OUT)/syz-executor executor.c 2>/dev/null
`;

/** Ages of syz-execprog, by the flags that they had. */
export const execprogAges = {
  old: [
    "executor",
    "arch",
    "sandbox",
    "procs",
    "repeat",
    "threaded",
    "collide",
    "cover",
    "fault_call",
    "fault_nth",
  ],
  new: ["executor", "arch", "os", "sandbox", "procs", "repeat", "threaded", "collide", "optional"],
} as const;

/**
 * A repository in `folder` that stands in for syzkaller's: the same make targets, and tools that take the
 * same flags and print them. One commit and one tag for each age.
 */
export function standInCheckout(folder: string, more: Readonly<Record<string, string>> = {}): void {
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@t", ...args], { cwd: folder });
  mkdirSync(folder, { recursive: true });
  git("init", "-q");
  for (const [age, flags] of Object.entries(execprogAges)) {
    const lines = flags.map((flag) => `\tflag${flag} = flag.String("${flag}", "", "what it does")`);
    const files = {
      Makefile: makefile,
      "execprog.c": execprog(flags),
      "executor.c": executor,
      "tools/syz-execprog/execprog.go": `package main\n\nvar (\n${lines.join("\n")}\n)\n`,
      ...more,
    };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    git("add", "-A");
    git("commit", "-qm", age);
    git("tag", age);
  }
}
