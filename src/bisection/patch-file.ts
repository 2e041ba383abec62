import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { EventOf } from "../event/index.ts";
import { backport } from "../history/backport.ts";
import { changeOf } from "../history/change.ts";
import type { Repository } from "../history/repository.ts";
import type { Task } from "./step.ts";
import { readStoredFile, sha256Of, storeFile } from "./stored-file.ts";

/** Folder of patches inside of a bisection's. */
const patchFolder = "patches";
const patchFiles = { what: "a fix for other commits", names: /^[0-9a-f]{64}\.patch$/ };

/**
 * Looks whether a fix can be brought to a commit; the patch is kept in the bisection's folder, durably, and the
 * event names it by its hash. Throws `git-failed` or `interrupted`.
 */
export async function tryBackport(
  { commit, fix, guilty, source, over }: Extract<Task, { task: "try-backport" }>,
  { folder, repository }: { readonly folder: string; readonly repository: Repository },
  signal: AbortSignal,
): Promise<EventOf<"backport-tried">> {
  const made = await backport(repository, { commit, fix, guilty, over }, { signal });
  const { result, title, files } = made;
  const tried = { kind: "backport-tried" as const, commit, fix, source, over: [...over], title };
  const told = { ...tried, files: [...files], result };
  if (made.result !== "applies") {
    return { ...told, patch: null, why: "why" in made ? made.why : null };
  }
  return { ...told, patch: await storePatch(folder, made.patch), why: null };
}

/** The same for a change that a check makes to a commit. Throws `git-failed` or `interrupted`. */
export async function tryChange(
  { commit, change, over }: Extract<Task, { task: "try-change" }>,
  { folder, repository }: { readonly folder: string; readonly repository: Repository },
  signal: AbortSignal,
): Promise<EventOf<"change-tried">> {
  const made = await changeOf(repository, { commit, change, over }, { signal });
  const tried = { kind: "change-tried" as const, commit, change, over: [...over] };
  if (made.result !== "applies") {
    return { ...tried, result: made.result, how: null, patch: null, tree: null, why: made.why };
  }
  const { result, how, tree } = made;
  return { ...tried, result, how, tree, patch: await storePatch(folder, made.patch), why: null };
}

/** Keeps a patch durably, and returns its name. */
async function storePatch(folder: string, patch: string): Promise<string> {
  const sha256 = sha256Of(patch);
  await mkdir(join(folder, patchFolder), { recursive: true });
  await storeFile(join(folder, patchFolder), `${sha256}.patch`, Buffer.from(patch));
  return sha256;
}

/** The patches with these hashes, in order. Throws `graph-damaged` where one is not there as it was. */
export async function readPatches(folder: string, patches: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (const sha256 of patches) {
    const stored = { file: `${sha256}.patch`, sha256 };
    const bytes = await readStoredFile(join(folder, patchFolder), stored, patchFiles);
    texts.push(bytes.toString("utf8"));
  }
  return texts;
}
