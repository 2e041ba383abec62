import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Repository } from "../history/repository.ts";
import type { HeldName } from "../process/held-name.ts";
import { bootId } from "../workplace/boot-id.ts";
import { replaceFile } from "../workplace/replace-file.ts";
import { claimSlotFolder } from "../workplace/slot-folder.ts";
import { type Patched, SourceTree } from "../workplace/source-tree.ts";
import { copyTree, removeTree } from "./copy-tree.ts";
import type { ProgramSpec } from "./program.ts";

/** What is known to be in a slot's tree. */
const stateSchema = z.strictObject({
  version: z.literal(1),
  /** Of the running system: after a power cut, files may be shorter than they were. */
  boot: z.string(),
  /** The recipe of the build that settled it; null while something is at work in it. */
  settled: z.string().nullable(),
});

/**
 * A tree for one build, or one run, at a time, which no other process uses while this one has it. What
 * builds leave in it stays from commit to commit, so that the next is built upon it; what a killed process
 * left half done does not.
 */
export class ProgramSlot {
  readonly folder: string;
  /** Output of the last build. */
  readonly log: string;
  readonly tree: SourceTree;
  readonly #held: HeldName;
  readonly #boot: string;
  /** As in the state; empty where nothing is known. */
  #settled: string | null = null;

  private constructor(folder: string, held: HeldName, boot: string) {
    this.folder = folder;
    this.log = join(folder, "build.log");
    this.tree = new SourceTree(folder);
    this.#held = held;
    this.#boot = boot;
  }

  /**
   * The first slot below `slots` that nobody has.
   * Throws `git-failed`, `disk-full` or `interrupted` where it cannot be set up.
   */
  static async claim(
    slots: string,
    repository: Repository,
    signal: AbortSignal,
  ): Promise<ProgramSlot> {
    const { folder, held } = await claimSlotFolder(slots);
    try {
      const boot = await bootId();
      const slot = new ProgramSlot(folder, held, boot);
      const known = await readState(folder);
      if (known?.boot === boot) slot.#settled = known.settled;
      else await slot.tree.remove();
      await slot.tree.open(repository, signal);
      return slot;
    } catch (error) {
      await held.release();
      throw error;
    }
  }

  /** Whether what lies in the tree was left by a build with this recipe, and not by one cut off. */
  isSettled(recipe: string): boolean {
    return this.#settled === recipe;
  }

  /**
   * Brings the tree to `spec`; only files that differ are touched. `clean`: what no commit knows is
   * removed, as it is where another recipe, or a killed process, left it. From now on the slot counts as
   * at work. `refused`: a patch does not apply. Throws what {@link SourceTree.checkout} throws.
   */
  async prepare(
    { commit, patches }: ProgramSpec,
    { recipe, clean }: { readonly recipe: string; readonly clean: boolean },
    signal: AbortSignal,
  ): Promise<Patched> {
    const distrust = clean || !this.isSettled(recipe);
    await this.#remember(null);
    // No commit has one, and git, which cleans up after a build, does not look at it.
    if (distrust) await rm(join(this.tree.src, ".git"), { recursive: true, force: true });
    await this.tree.checkout(commit, distrust, signal);
    for (const patch of patches) {
      const patched = await this.tree.apply(patch, signal);
      if (patched.kind === "refused") return patched;
    }
    return { kind: "applied" };
  }

  /** Puts a copy of the built tree `from` into the slot's place; the next `prepare` cleans up after it. */
  async fill(from: string, signal: AbortSignal): Promise<void> {
    await this.#remember(null);
    await removeTree(this.tree.src);
    await mkdir(this.tree.src);
    await copyTree(from, this.tree.src, signal);
  }

  /** What was at work ended by itself: the tree can be built upon. */
  settle(recipe: string): Promise<void> {
    return this.#remember(recipe);
  }

  /** Gives the slot to whoever wants it. Idempotent. */
  release(): Promise<void> {
    return this.#held.release();
  }

  async #remember(settled: string | null): Promise<void> {
    if (this.#settled === settled && settled === null) return;
    this.#settled = settled;
    const state = { version: 1, boot: this.#boot, settled };
    await replaceFile(join(this.folder, "state.json"), JSON.stringify(state));
  }
}

async function readState(folder: string): Promise<z.infer<typeof stateSchema> | null> {
  try {
    return stateSchema.parse(JSON.parse(await readFile(join(folder, "state.json"), "utf8")));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
