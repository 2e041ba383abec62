import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { losesReference } from "../../demo/culprit.ts";
import { makeDemoHistory } from "../../demo/history.ts";
import { demoJob } from "../../demo/job.ts";
import { keptCache } from "../real/kept-cache.ts";

const root = join(import.meta.dirname, "../..");
const git = (folder: string, args: readonly string[], input?: string) =>
  execFileSync("git", ["-C", folder, ...args], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 ** 2,
    ...(input !== undefined && { input }),
  });

const [broken, culprit, mended, count] = [4, 9, 20, 24];

/** The commit of the demo's history that brings its bug. */
async function culpritOf(repository: string): Promise<string> {
  const words = ["log", "--format=%H", "--no-merges", "master", "--", "fs/pipe.c"];
  for (const commit of git(repository, words).trim().split("\n")) {
    if (await losesReference(repository, commit)) return commit;
  }
  throw new Error("the demo has no culprit");
}

/**
 * Commits over the one before the demo's culprit, each of which changes the kernel: one of them breaks a file
 * for the compiler, one after it brings the demo's bug, one later mends the file.
 */
async function mendedHistory(demo: string) {
  const folder = await mkdtemp(join(tmpdir(), "firstbad-mended-"));
  git(folder, ["clone", "--quiet", "--bare", "--shared", demo, "."]);
  const bad = await culpritOf(demo);
  const show = (path: string, at = `${bad}^`) => git(folder, ["show", `${at}:${path}`]);
  const [ctype, inodes, pipe] = [
    show("lib/ctype.c"),
    show("fs/anon_inodes.c"),
    show("fs/pipe.c", bad),
  ];
  const file = (path: string, text: string) =>
    `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`;
  const stream = Array.from({ length: count }, (_, index) => {
    const n = index + 1;
    const person = `Ada Kern <ada@example.org> ${1_700_000_000 + n * 60} +0000`;
    const message = n === mended ? "anon_inodes: bring back a constant\n" : `change ${n}\n`;
    return [
      `commit refs/heads/mended\nmark :${n}\nauthor ${person}\ncommitter ${person}\n`,
      `data ${message.length}\n${message}`,
      n === 1 ? `from ${bad}^\n` : `from :${n - 1}\n`,
      // The repair changes nothing else: it can be applied.
      ...(n === mended ? [] : [file("lib/ctype.c", `${ctype}\nconst int change = ${n};\n`)]),
      ...(n === broken ? [file("fs/anon_inodes.c", `${inodes}\nint anon = ANON_DEFAULT;\n`)] : []),
      ...(n === culprit ? [file("fs/pipe.c", pipe)] : []),
      ...(n === mended ? [file("fs/anon_inodes.c", `${inodes}\nint anon = 1;\n`)] : []),
    ].join("");
  });
  git(folder, ["fast-import", "--quiet"], `${stream.join("\n")}\ndone\n`);
  const commits = git(folder, ["rev-list", "--reverse", `${bad}^..mended`])
    .trim()
    .split("\n");
  const at = (n: number) => commits[n - 1] as string;
  return { folder, clean: `${bad}^`, culprit: at(culprit), fix: at(mended) };
}

test("a culprit among kernels that do not build is found with the commit that repaired them", async () => {
  const { signal } = new AbortController();
  const demo = await makeDemoHistory({ folder: join(keptCache, "demo"), signal });
  const history = await mendedHistory(demo.repository);
  const data = await mkdtemp(join(tmpdir(), "firstbad-mended-data-"));
  const { kernel, ...rest } = demoJob(history.folder, join(root, "demo/repro.c"));
  const job = join(data, "job.yaml");
  const ends = { crashes: "mended", clean: history.clean };
  await writeFile(job, JSON.stringify({ ...rest, kernel: { ...kernel, ...ends } }));
  const env = { ...process.env, XDG_DATA_HOME: data, XDG_CACHE_HOME: keptCache };
  const firstbad = (...words: string[]) =>
    promisify(execFile)(join(root, "bin/firstbad"), words, { env, maxBuffer: 64 * 1024 ** 2 });
  const { stdout } = await firstbad("bisect", job, "--repair", "--json");
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({ end: "found", culprit: history.culprit });
  expect(result.fixes).toMatchObject([{ fix: history.fix, source: "found" }]);
  const shown = await firstbad("show", "last");
  expect(shown.stdout).toContain(
    `${history.fix.slice(0, 12)} ("anon_inodes: bring back a constant") applied, which repairs the build`,
  );
});
