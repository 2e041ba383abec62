import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A commit of a small history: its name, its subject, its parents' names, and tags on it. */
export interface Line {
  readonly name: string;
  readonly subject?: string;
  readonly parents?: readonly string[];
  readonly tags?: readonly string[];
  /** Files that it writes beside its own, which is called as it is. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A bare repository in a new folder, and the hash of every commit by its name. */
export interface SmallHistory {
  readonly folder: string;
  readonly hash: (name: string) => string;
  readonly name: (hash: string) => string;
}

/** Makes a real repository; a commit without parents named follows the one before. Times are a minute apart. */
export function makeHistory(lines: readonly Line[]): SmallHistory {
  const folder = mkdtempSync(join(tmpdir(), "firstbad-history-"));
  const git = (args: string[], input?: string) =>
    execFileSync("git", ["-C", folder, ...args], {
      encoding: "utf8",
      ...(input !== undefined && { input }),
    });
  git(["init", "-q", "--bare"]);
  const marks = new Map(lines.map(({ name }, n) => [name, n + 1]));
  const stream = lines.map(({ name, subject, parents, tags, files = {} }, n) => {
    const person = `Ada Kern <ada@example.org> ${1_700_000_000 + n * 60} +0000`;
    const before = lines[n - 1]?.name;
    const [first, ...others] = parents ?? (before === undefined ? [] : [before]);
    const message = `${subject ?? `${name}: a commit`}\n\nSigned-off-by: Ada Kern <ada@example.org>\n`;
    return [
      `commit refs/heads/c${n}\nmark :${n + 1}\nauthor ${person}\ncommitter ${person}`,
      `data ${message.length}\n${message}`,
      ...(first === undefined ? [] : [`from :${marks.get(first)}`]),
      ...others.map((other) => `merge :${marks.get(other)}`),
      ...Object.entries({ [`${name}.c`]: name, ...files }).map(
        ([path, text]) => `M 100644 inline ${path}\ndata ${text.length}\n${text}`,
      ),
      ...(tags ?? []).map((tag) => `\nreset refs/tags/${tag}\nfrom :${n + 1}`),
      "",
    ].join("\n");
  });
  git(["fast-import", "--quiet"], `${stream.join("\n")}\ndone\n`);
  const hashes = git(["for-each-ref", "--format=%(refname:strip=2) %(objectname)", "refs/heads"]);
  const byName = new Map<string, string>();
  for (const [, n, hash] of hashes.matchAll(/^c(\d+) (\w+)$/gm))
    byName.set(lines[Number(n)]!.name, hash!);
  const byHash = new Map([...byName].map(([name, hash]) => [hash, name]));
  return {
    folder,
    hash: (name) => byName.get(name) ?? name,
    name: (hash) => byHash.get(hash) ?? hash,
  };
}

/** The names of the commits whose files these patches bring. */
export function appliedIn(patches: readonly string[]): string[] {
  return patches.flatMap((patch) =>
    [...patch.matchAll(/^diff --git a\/(\S+)\.c b\//gm)].map(([, name]) => name as string),
  );
}
