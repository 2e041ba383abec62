import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unpackSource } from "../../demo/history/source.ts";
import { makeDemoHistory } from "../../demo/history.ts";
import { keptCache } from "./kept-cache.ts";

/** A short history of a real kernel, in which one commit broke a test and another one made the boot slow. */
export interface SmallHistory {
  readonly repository: string;
  /** Full hashes, oldest first. */
  readonly commits: readonly string[];
  readonly breaksTest: string;
  readonly slowsBoot: string;
}

/** Milliseconds that the boot takes longer. */
const delay = 600;

const testSource = `#include <kunit/test.h>
int demo_sum(int a, int b);

static void sums(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, demo_sum(2, 2), 4);
}

static void starts(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, demo_sum(0, 0), 0);
}

static struct kunit_case cases[] = { KUNIT_CASE(starts), KUNIT_CASE(sums), {} };
static struct kunit_suite suite = { .name = "demo", .test_cases = cases };
kunit_test_suite(suite);
`;

const sumSource = (operator: string) => `int demo_sum(int a, int b);
int demo_sum(int a, int b)
{
	return a ${operator} b;
}
`;

/** Every step has a kernel of its own. */
const setupSource = (step: number, wait: string) => `#include <linux/delay.h>
#include <linux/init.h>
#include <linux/printk.h>

static int __init demo_setup(void)
{
	pr_info("demo: step ${step}\\n");
${wait}	return 0;
}
late_initcall(demo_setup);
`;

const steps = 8;
const [breaking, slowing] = [3, 5];

/** Makes the history, upon the demo's oldest release, in a new folder. Commits have the same hashes each time. */
export async function makeSmallHistory(signal: AbortSignal): Promise<SmallHistory> {
  const demo = await makeDemoHistory({ folder: join(keptCache, "demo"), signal });
  const folder = await mkdtemp(join(tmpdir(), "firstbad-small-"));
  const repository = join(folder, "linux.git");
  const env = { ...process.env, ...who, GIT_INDEX_FILE: join(folder, "index") };
  execFileSync("git", ["clone", "--quiet", "--shared", "--bare", demo.repository, repository]);
  const git = (words: readonly string[], input?: string | Buffer) =>
    execFileSync("git", ["-C", repository, ...words], { env, input, encoding: "utf8" }).trim();
  const put = (path: string, bytes: string | Buffer) => {
    const blob = git(["hash-object", "-w", "--stdin"], bytes);
    git(["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`]);
  };

  const base = demo.tags[0]?.commit as string;
  git(["read-tree", base]);
  const tree = join(folder, "tree");
  await mkdir(tree);
  // The demo's kernel has no tests, and none of their framework.
  await unpackSource(tree, ["lib/kunit"], signal);
  for (const name of await readdir(join(tree, "lib/kunit"))) {
    put(`lib/kunit/${name}`, await readFile(join(tree, "lib/kunit", name)));
  }
  const makefile = git(["show", `${base}:lib/Makefile`]);
  put("lib/Makefile", `${makefile}\nobj-$(CONFIG_KUNIT) += demo_kunit.o demo_sum.o demo_setup.o\n`);
  put("lib/demo_kunit.c", testSource);

  const commits: string[] = [];
  let operator = "+";
  let wait = "";
  for (let step = 0; step < steps; step++) {
    if (step === breaking) operator = "|";
    if (step === slowing) wait = `\tmdelay(${delay});\n`;
    put("lib/demo_sum.c", sumSource(operator));
    put("lib/demo_setup.c", setupSource(step, wait));
    const parent = commits.at(-1) ?? base;
    const message = `lib: demo: step ${step}`;
    commits.push(git(["commit-tree", git(["write-tree"]), "-p", parent, "-m", message]));
  }
  git(["update-ref", "refs/heads/small", commits.at(-1) as string]);
  return {
    repository,
    commits,
    breaksTest: commits[breaking] as string,
    slowsBoot: commits[slowing] as string,
  };
}

const who = {
  GIT_AUTHOR_NAME: "A U Thor",
  GIT_AUTHOR_EMAIL: "author@example.org",
  GIT_AUTHOR_DATE: "2024-01-01T00:00:00Z",
  GIT_COMMITTER_NAME: "C O Mitter",
  GIT_COMMITTER_EMAIL: "committer@example.org",
  GIT_COMMITTER_DATE: "2024-01-01T00:00:00Z",
  GIT_CONFIG_GLOBAL: "/dev/null",
};
