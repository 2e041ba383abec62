import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A commit of a small history: its name, its subject, its parents' names, and tags on it. */
export interface Line {
  readonly name: string;
  readonly subject?: string;
  /** Absent: Ada Kern. */
  readonly author?: string;
  /** Lines at the end of its message, such as `Reviewed-by: …`. */
  readonly trailers?: readonly string[];
  readonly parents?: readonly string[];
  readonly tags?: readonly string[];
  /** False: it has no file of its own, which is else called as it is. */
  readonly own?: false;
  /** Files that it writes beside its own. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A bare repository in a new folder, and the hash of every commit by its name. */
export interface SmallHistory {
  readonly folder: string;
  readonly hash: (name: string) => string;
  readonly name: (hash: string) => string;
}

/**
 * Makes a real repository; a commit without parents named follows the one before. Times are a minute apart. A merge
 * has the files of its first parent alone, unless it `merges` those of the others, too.
 */
export function makeHistory(
  lines: readonly Line[],
  { merges = "nothing" }: { readonly merges?: "files" | "nothing" } = {},
): SmallHistory {
  const folder = mkdtempSync(join(tmpdir(), "firstbad-history-"));
  const git = (args: string[], input?: string) =>
    execFileSync("git", ["-C", folder, ...args], {
      encoding: "utf8",
      ...(input !== undefined && { input }),
    });
  git(["init", "-q", "--bare"]);
  const marks = new Map(lines.map(({ name }, n) => [name, n + 1]));
  const trees = new Map<string, Readonly<Record<string, string>>>();
  const stream = lines.map((line, n) => {
    const { name, own, subject, author, trailers = [], parents, tags, files = {} } = line;
    const by = (who: string) => `${who} <ada@example.org> ${1_700_000_000 + n * 60} +0000`;
    const ada = "Ada Kern";
    const before = lines[n - 1]?.name;
    const [first, ...others] = parents ?? (before === undefined ? [] : [before]);
    const written = { ...(own ?? { [`${name}.c`]: name }), ...files };
    const theirs = merges === "files" ? broughtBy(trees, first, others) : {};
    const merged = { ...theirs, ...written };
    trees.set(name, { ...trees.get(first ?? ""), ...merged });
    const signed = [`Signed-off-by: ${ada} <ada@example.org>`, ...trailers].join("\n");
    const message = `${subject ?? `${name}: a commit`}\n\n${signed}\n`;
    return [
      `commit refs/heads/c${n}\nmark :${n + 1}\nauthor ${by(author ?? ada)}\ncommitter ${by(ada)}`,
      `data ${Buffer.byteLength(message)}\n${message}`,
      ...(first === undefined ? [] : [`from :${marks.get(first)}`]),
      ...others.map((other) => `merge :${marks.get(other)}`),
      ...Object.entries(merged).map(
        ([path, text]) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}`,
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

/** The files that a merge has of its other parents, and not of its first. */
function broughtBy(
  trees: ReadonlyMap<string, Readonly<Record<string, string>>>,
  first = "",
  others: readonly string[],
): Record<string, string> {
  const own = trees.get(first) ?? {};
  const theirs = others.flatMap((other) => Object.entries(trees.get(other) ?? {}));
  return Object.fromEntries(theirs.filter(([path]) => !(path in own)));
}

/** The names of the commits whose files these patches bring. */
export function appliedIn(patches: readonly string[]): string[] {
  return namesIn(patches, false);
}

/** Whether a kernel has the change of the commit `name`: its commit `contains` that, or a patch brings it, or takes it out. */
export function hasChange(contains: boolean, name: string, patches: readonly string[]): boolean {
  return contains ? !namesIn(patches, true).includes(name) : appliedIn(patches).includes(name);
}

function namesIn(patches: readonly string[], removed: boolean): string[] {
  const file = /^diff --git a\/(\S+)\.c b\/.*\n(deleted)?/gm;
  return patches.flatMap((patch) =>
    [...patch.matchAll(file)]
      .filter(([, , deleted]) => (deleted !== undefined) === removed)
      .map(([, name]) => name as string),
  );
}
