import { shortHash } from "../event/short-hash.ts";
import { contains } from "./contains.ts";
import { askGit } from "./git.ts";
import { type ViewOfObjects, withObjectsOnly } from "./object-view.ts";
import type { Abortable, Repository } from "./repository.ts";

/** A change as a history has it: as which commit, and how that was known. */
export interface TracedChange {
  readonly commit: string;
  /**
   * By hash; by "commit HASH upstream." or "[ Upstream commit HASH ]"; by "(cherry picked from commit HASH)"; by what
   * it changes (`git patch-id --stable`); by its title and its author's address.
   */
  readonly how: "itself" | "upstream" | "picked" | "patch" | "title";
}

/** What became of a change in a history. */
export interface Traced {
  /** Null: it is not there. */
  readonly there: TracedChange | null;
  /** The commit that took it back, and was not taken back itself; null: none did. */
  readonly revert: string | null;
}

/** Most commits whose messages speak of a change that are read. */
const mostMessages = 256;
/** Most commits that change the same files and are compared by what they change. */
const mostPatches = 256;
/** Bytes of patches, or messages, that are read at once. */
const mostBytes = 32 << 20;
/** Most files of a change that it is looked for by. */
const mostFiles = 64;

/**
 * Looks for the change of the commit `change` (full hash) in the histories of `trees` (full hashes): by content, as a
 * stable tree has it under another hash. Null for one that is not there.
 *
 * Only the commits are looked at that a tree has and `change` has not: what both have cannot be a copy of it. A copy
 * that was taken back is told with the commit that did, unless it was applied again.
 *
 * Throws `git-failed` (a hash that is not there among it) or `interrupted`.
 */
export async function traceChange(
  repository: Repository,
  change: string,
  trees: readonly string[],
  { signal }: Abortable = {},
): Promise<Traced[]> {
  return withObjectsOnly(
    repository,
    "",
    async (view) => {
      const wanted = await describedChange(view, change);
      const traced: Traced[] = [];
      for (const tree of trees) traced.push(await traceIn(view, wanted, tree));
      return traced;
    },
    { signal },
  );
}

interface Change extends Message {
  /** Itself, and the commits that it says it is a copy of. */
  readonly names: readonly string[];
  readonly files: readonly string[];
  /** Null: a merge, or what changes nothing. */
  readonly patch: string | null;
}

interface Message {
  readonly hash: string;
  readonly address: string;
  readonly title: string;
  readonly body: string;
}

async function describedChange(view: ViewOfObjects, change: string): Promise<Change> {
  const [message] = await messages(view, ["--no-walk", change], `describe ${change}`);
  const { stdout } = await askGit({
    ...view,
    args: ["diff-tree", "-r", "-z", "--root", "--no-commit-id", "--name-only", change, "--"],
    what: `list the files that ${change} changes`,
  });
  const files = stdout.toString("utf8").split("\0").slice(0, -1);
  const patches = await patchIds(view, [change]);
  const told = message ?? { hash: change, address: "", title: "", body: "" };
  const names = [change, ...sources(told.body).map(({ hash }) => hash)];
  return { ...told, names, files, patch: patches.get(change) ?? null };
}

async function traceIn(view: ViewOfObjects, wanted: Change, tree: string): Promise<Traced> {
  const isThere = await contains(view, tree, wanted.hash, { mayBeMissing: true });
  const spoken = await messages(
    view,
    [
      ...["--fixed-strings", `--max-count=${mostMessages}`],
      ...wanted.names.map((name) => `--grep=${shortHash(name)}`),
      ...(wanted.title.trim() === "" ? [] : [`--grep=${wanted.title}`]),
      ...[tree, `^${wanted.hash}`],
    ],
    `look for ${wanted.hash} in the history of ${tree}`,
  );
  const reverts = spoken.filter(({ body }) => revertedBy(body) !== null);
  const found: TracedChange[] = isThere ? [{ commit: wanted.hash, how: "itself" }] : [];
  for (const message of spoken) {
    if (reverts.includes(message)) continue;
    const how = howCopied(wanted, message);
    if (how !== null) found.push({ commit: message.hash, how });
  }
  // What a stable tree took over under a hash that is upstream's own is contained there, too.
  for (const name of wanted.names.slice(1)) {
    if (found.length === 0 && (await contains(view, tree, name, { mayBeMissing: true }))) {
      found.push({ commit: name, how: "itself" });
    }
  }
  if (found.length === 0) found.push(...(await copiesByPatch(view, wanted, tree)));
  return whatIsInForce(wanted, found, reverts);
}

/** The newest copy that stands; else the newest that was taken back, with what took it. */
function whatIsInForce(
  { names }: Change,
  found: readonly TracedChange[],
  reverts: readonly Message[],
): Traced {
  const standing = (hash: string, depth = 0): Message | null => {
    if (depth > 8) return null;
    const of = reverts.filter(({ body }) => isSame(revertedBy(body) ?? "", hash));
    return of.find((revert) => standing(revert.hash, depth + 1) === null) ?? null;
  };
  let undone: Traced | null = null;
  for (const there of found) {
    // A revert names the commit of its tree, or the one that this is a copy of.
    const revert =
      standing(there.commit) ??
      (found.length === 1 ? firstOf(names.map((one) => standing(one))) : null);
    if (revert === null) return { there, revert: null };
    undone ??= { there, revert: revert.hash };
  }
  return undone ?? { there: null, revert: null };
}

function firstOf<T>(all: readonly (T | null)[]): T | null {
  return all.find((one) => one !== null) ?? null;
}

function howCopied(
  { names, title, address, hash }: Change,
  message: Message,
): TracedChange["how"] | null {
  if (message.hash === hash) return null;
  const source = sources(message.body).find((one) => names.some((name) => isSame(one.hash, name)));
  if (source !== undefined) return source.how;
  const alike = message.title === title && message.address === address && title.trim() !== "";
  return alike ? "title" : null;
}

const upstream =
  /^\s{0,8}(?:commit ([0-9a-f]{7,64}) upstream\.?|\[ ?upstream commit ([0-9a-f]{7,64}) ?\])\s*$/gim;
const picked = /^\s{0,8}\(cherry picked from commit ([0-9a-f]{7,64})/gim;

/** The commits that a message says its own is a copy of. */
function sources(body: string): { readonly hash: string; readonly how: "upstream" | "picked" }[] {
  return [
    ...[...body.matchAll(upstream)].map(([, one, other]) => {
      return { hash: (one ?? other ?? "").toLowerCase(), how: "upstream" as const };
    }),
    ...[...body.matchAll(picked)].map(([, one = ""]) => {
      return { hash: one.toLowerCase(), how: "picked" as const };
    }),
  ];
}

/** The commit that a message says it takes back; null: none. */
function revertedBy(body: string): string | null {
  return /^\s{0,8}This reverts commit ([0-9a-f]{7,64})/im.exec(body)?.[1]?.toLowerCase() ?? null;
}

/** Whether one is the other or the beginning of it. */
function isSame(one: string, other: string): boolean {
  return one !== "" && (one.startsWith(other) || other.startsWith(one));
}

/** Commits that change the same files in the same way, whatever they are called. */
async function copiesByPatch(
  view: ViewOfObjects,
  { hash, patch, files }: Change,
  tree: string,
): Promise<TracedChange[]> {
  if (patch === null || files.length === 0 || files.length > mostFiles) return [];
  const { stdout } = await askGit({
    ...view,
    args: [
      "rev-list",
      "--no-merges",
      `--max-count=${mostPatches}`,
      tree,
      `^${hash}`,
      "--",
      ...files,
    ],
    what: `list the commits of ${tree} that change the files of ${hash}`,
  });
  const commits = stdout.toString("latin1").split("\n").slice(0, -1);
  const patches = await patchIds(view, commits);
  return commits
    .filter((commit) => patches.get(commit) === patch)
    .map((commit) => ({ commit, how: "patch" }));
}

/**
 * What each of these commits (full hashes) changes, as `git patch-id --stable` names it; none of one that changes
 * nothing. Throws `git-failed` or `interrupted`.
 */
export async function patchIdsOf(
  repository: Repository,
  commits: readonly string[],
  options: Abortable = {},
): Promise<ReadonlyMap<string, string>> {
  return withObjectsOnly(repository, "", (view) => patchIds(view, commits), options);
}

/** What each commit changes, as one name; none for those that change nothing, or too much. */
async function patchIds(
  view: ViewOfObjects,
  commits: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (commits.length === 0) return new Map();
  const shown = await askGit({
    ...view,
    args: [
      ...["diff-tree", "--stdin", "-r", "-p", "--root", "--full-index", "--no-renames"],
      ...["--no-ext-diff", "--no-textconv"],
    ],
    stdin: commits.map((commit) => `${commit}\n`).join(""),
    stdout: { kind: "capture", limit: mostBytes },
    what: `show what ${commits.length} commits change`,
  });
  if (shown.truncated) return new Map();
  const { stdout } = await askGit({
    ...view,
    args: ["patch-id", "--stable"],
    // Latin-1 keeps every byte apart; both sides are read so.
    stdin: shown.stdout.toString("latin1"),
    what: "compare what commits change",
  });
  const lines = stdout.toString("latin1").split("\n").slice(0, -1);
  return new Map(
    lines.map((line) => {
      const [patch = "", commit = ""] = line.split(" ");
      return [commit, patch];
    }),
  );
}

async function messages(
  view: ViewOfObjects,
  range: readonly string[],
  what: string,
): Promise<Message[]> {
  const { stdout, truncated } = await askGit({
    ...view,
    args: ["log", "-z", "--format=%H%n%ae%n%s%n%B", ...range, "--"],
    stdout: { kind: "capture", limit: mostBytes },
    what,
  });
  const all = stdout.toString("utf8").split("\0");
  return (truncated ? [] : all)
    .filter((text) => text !== "")
    .map((text) => {
      const [hash = "", address = "", title = "", ...body] = text.split("\n");
      return { hash, address, title, body: body.join("\n") };
    });
}
