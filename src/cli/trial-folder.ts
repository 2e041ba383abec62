import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Failure } from "../failure/failure.ts";
import { createBisectionFolder, listBisections } from "../journal/store.ts";
import { holdName, isHeld, nameOfFolder } from "../process/held-name.ts";

/** Tests whose consoles and inputs stay; of older ones nothing does. */
const keptTrials = 20;

/** A test's folder, which no other process removes until it is released. */
export interface TrialFolder {
  readonly folder: string;
  release(): Promise<void>;
}

/** Makes a folder below `root` for a test of `commit`, and removes those of the oldest tests there. */
export async function openTrialFolder(root: string, commit: string): Promise<TrialFolder> {
  const { folder } = await createBisectionFolder(root, commit, new Date());
  const held = await holdName(await heldAs(folder));
  const all = await listBisections(root);
  for (const id of all.slice(0, -keptTrials)) {
    const old = join(root, id);
    // One that another process is just removing has no name any more.
    const name = await heldAs(old).catch(() => null);
    if (name === null || (await isHeld(name))) continue;
    await rm(old, { recursive: true, force: true });
  }
  return { folder, release: async () => held?.release() };
}

/** Where consoles go: below the test's folder, or to that which the user names, made where it is missing. */
export async function consoleFolder(folder: string, named: string | undefined): Promise<string> {
  const path = named === undefined ? join(folder, "consoles") : resolve(named);
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new Failure("folder-not-writable", `cannot make the folder ${path}: ${why}`, {
      facts: { path },
      hint: "name another with --keep",
      cause,
    });
  }
  return path;
}

async function heldAs(folder: string): Promise<string> {
  return `trial:${await nameOfFolder(folder)}`;
}
