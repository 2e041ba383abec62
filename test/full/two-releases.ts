import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A history in which a kernel of 6.1 became one of 6.12. */
export interface TwoReleases {
  readonly repository: string;
  /** Full hashes, oldest first: two commits of 6.1, then two of 6.12. */
  readonly commits: readonly {
    readonly release: "6.1" | "6.12";
    readonly hash: string;
  }[];
}

const releases = ["6.1", "6.12"] as const;

/** What kernels of 6.12, and ones of arm64 with hardly any driver, read beside the demo's files. */
const more = [
  ...["include", "lib", "rust", "arch/x86/entry", "arch/x86/kernel/cpu", "drivers/firmware"],
  ...["arch/arm64/Kbuild", "arch/arm64/Kconfig*", "arch/arm64/Makefile", "arch/arm64/include"],
  ...["arch/arm64/boot/Makefile", "arch/arm64/kernel", "arch/arm64/lib", "arch/arm64/mm"],
  ...["arch/arm64/tools", "arch/*/Kconfig*", "arch/*/*/Kconfig*"],
  ...["drivers/virt", "drivers/of", "tools/include"],
];

/**
 * That history as a bare repository in `folder`, made where it is not there: a minute, or some of them for the
 * `whole` source of both. Each release is two commits, the second a function more in `fs/eventfd.c`.
 */
export async function makeTwoReleases(
  folder: string,
  tree: "parts" | "whole" = "parts",
): Promise<TwoReleases> {
  const patterns = tree === "whole" ? ["*"] : [...demoFiles(), ...more];
  const recipe = JSON.stringify([patterns, await readFile(import.meta.filename, "utf8")]);
  const key = createHash("sha256").update(recipe).digest("hex").slice(0, 16);
  const place = join(folder, `two-releases-${key}`);
  const known = await readFile(join(place, "commits.json"), "utf8").catch(() => null);
  if (known === null) {
    await mkdir(folder, { recursive: true });
    const work = await mkdtemp(join(folder, "making-"));
    try {
      await make(work, patterns);
      await rename(join(work, "made"), place);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  const commits = JSON.parse(await readFile(join(place, "commits.json"), "utf8"));
  return { repository: join(place, "linux.git"), commits };
}

async function make(work: string, patterns: readonly string[]): Promise<void> {
  const made = join(work, "made");
  const repository = join(made, "linux.git");
  await mkdir(made);
  await call("git", ["init", "--quiet", "--bare", repository]);
  const commits: { release: string; hash: string }[] = [];
  for (const release of releases) {
    const tree = join(work, release);
    await mkdir(tree);
    await unpack(release, tree, patterns);
    const git = (...args: string[]) =>
      call("git", [
        ...["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false"],
        ...[`--git-dir=${repository}`, `--work-tree=${tree}`, ...args],
      ]);
    const commit = async (message: string) => {
      // Debian's .gitignore leaves out everything but its own folder.
      await git("add", "--all", "--force", ".");
      await git("commit", "--quiet", "--message", message);
      commits.push({ release, hash: (await git("rev-parse", "HEAD")).trim() });
    };
    await commit(`Linux ${release}`);
    const addition = "\nint eventfd_more(int a);\nint eventfd_more(int a)\n{\n\treturn a + 1;\n}\n";
    await appendFile(join(tree, "fs/eventfd.c"), addition);
    await commit("eventfd: add a function");
  }
  await writeFile(join(made, "commits.json"), JSON.stringify(commits));
}

function demoFiles(): string[] {
  const list = new URL("../../demo/kernel/used-files.txt", import.meta.url);
  return readFileSync(list, "utf8").split("\n").filter(Boolean);
}

async function unpack(release: string, tree: string, patterns: readonly string[]): Promise<void> {
  const source = `linux-source-${release}`;
  const options = [
    ...["--extract", `--file=/usr/src/${source}.tar.xz`, "--use-compress-program=xz --threads=0"],
    ...["--strip-components=1", "--no-same-owner", "--wildcards", "--no-wildcards-match-slash"],
    `--directory=${tree}`,
  ];
  // 2: a pattern that this release has nothing for.
  await call("tar", [...options, ...patterns.map((pattern) => `${source}/${pattern}`)], [0, 2]);
}

function call(command: string, args: readonly string[], answers = [0]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let [said, complaint] = ["", ""];
    child.stdout.on("data", (part) => {
      said += part;
    });
    child.stderr.on("data", (part) => {
      complaint = `${complaint}${part}`.slice(-1000);
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (answers.includes(code ?? -1)) resolve(said);
      else reject(new Error(`${command} ended with ${code}: ${complaint}`));
    });
  });
}
