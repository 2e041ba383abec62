import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Repository } from "../history/repository.ts";
import type { HeldName } from "../process/held-name.ts";
import { bootId } from "../workplace/boot-id.ts";
import { sha256 } from "../workplace/sha256.ts";
import { claimSlotFolder } from "../workplace/slot-folder.ts";
import { type Patched, SourceTree } from "../workplace/source-tree.ts";
import { readState, type SlotState, unknownState, writeState } from "./slot-state.ts";
import { undoWrites } from "./undo-writes.ts";

/** Milliseconds that a file's time may lie before the clock that a program reads (a tick, and more). */
const clockSlack = 1000;

/**
 * A place for one build at a time: `git/`, `src/` and `out/` in a folder that no other process uses while
 * this one has it. What a killed process left half done is found in `state.json` and put right before it
 * is built upon.
 */
export class Slot {
  readonly folder: string;
  /** Output of the last build. */
  readonly log: string;
  readonly tree: SourceTree;
  readonly #held: HeldName;
  #state: SlotState;

  private constructor(folder: string, held: HeldName, state: SlotState) {
    this.folder = folder;
    this.log = join(folder, "build.log");
    this.tree = new SourceTree(folder);
    this.#held = held;
    this.#state = state;
  }

  /**
   * The first slot below `slots` (made where there is none) that nobody has.
   * Throws `git-failed`, `disk-full` or `interrupted` where it cannot be set up.
   */
  static async claim(
    slots: string,
    repository: Repository,
    signal: AbortSignal | undefined,
  ): Promise<Slot> {
    const { folder, held } = await claimSlotFolder(slots);
    try {
      const boot = await bootId();
      const known = await readState(folder);
      const slot = new Slot(folder, held, known ?? unknownState(boot));
      // Written before the machine last went down: a file may be empty whose name and time are right.
      if (known === null || known.boot !== boot) await slot.#beginAnew(boot);
      await slot.tree.open(repository, signal);
      return slot;
    } catch (error) {
      await held.release();
      throw error;
    }
  }

  /** Folder of the build's results. */
  get out(): string {
    return join(this.folder, "out");
  }

  /** Folder for a clean build beside `out`; see {@link Slot.adoptFresh}. */
  get fresh(): string {
    return join(this.folder, "fresh");
  }

  /** True where nothing was built in `out` yet. */
  get isEmpty(): boolean {
    return this.#state.out.status === "empty";
  }

  /** True where a build of `recipe` has ended in `out`, and nothing has changed it since. */
  isSettled(recipe: string): boolean {
    const { out } = this.#state;
    return out.status === "settled" && out.recipe === recipe && out.at <= Date.now();
  }

  /** Files that the last clean build compiled; null where that is not known. */
  get files(): number | null {
    return this.#state.out.files;
  }

  /**
   * Brings the source to `commit` with `patches` over it; only files that differ are touched.
   * `refused`: a patch does not apply. Throws what {@link SourceTree.checkout} throws.
   */
  async prepareSource(
    commit: string,
    patches: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Patched> {
    const { source } = this.#state;
    const wanted = patches.map(sha256);
    if (
      source.status === "ready" &&
      source.commit === commit &&
      source.patches.join() === wanted.join()
    ) {
      return { kind: "applied" };
    }
    await this.#remember({ source: { ...source, status: "changing" } });
    await this.tree.checkout(commit, source.status === "changing", signal);
    const applied: string[] = [];
    let refused: Patched | null = null;
    for (const [index, patch] of patches.entries()) {
      const result = await this.tree.apply(patch, signal);
      if (result.kind === "refused") {
        refused = result;
        break;
      }
      applied.push(wanted[index]!);
    }
    await this.#remember({ source: { status: "ready", commit, patches: applied } });
    return refused ?? { kind: "applied" };
  }

  /**
   * Makes `out` fit to build upon, and remembers that something is being built in it.
   *
   * `recipe`: architecture and compiler; a folder built for another is emptied. So is one that was
   * written to in the future: with the clock set back, changed sources would look older than their
   * objects. What an interrupted build wrote is removed, since an object may be half there while make
   * takes it for finished.
   */
  async beginBuild(recipe: string): Promise<void> {
    const { out } = this.#state;
    const usable = out.recipe === recipe && out.at <= Date.now();
    if (out.status === "building" && usable) {
      await undoWrites(this.out, out.at - clockSlack);
    } else if (!usable && out.status !== "empty") {
      await rm(this.out, { recursive: true, force: true });
    }
    await mkdir(this.out, { recursive: true });
    const status = usable && out.status !== "empty" ? "building" : "empty";
    const files = usable ? out.files : null;
    await this.#remember({ out: { status, recipe, at: Date.now(), files } });
  }

  /** From now on `out` may change; until {@link Slot.endBuild} it counts as cut off. */
  async writing(): Promise<void> {
    if (this.#state.out.status === "building") return;
    const out = { ...this.#state.out, status: "building", at: Date.now() } as const;
    await this.#remember({ out });
  }

  /** Make ended by itself, whatever it said: `out` can be built upon. */
  async endBuild(files: number | null): Promise<void> {
    const { out } = this.#state;
    await this.#remember({
      out: { ...out, status: "settled", at: Date.now(), files: files ?? out.files },
    });
  }

  /** An empty `fresh`. */
  async makeFresh(): Promise<string> {
    await rm(this.fresh, { recursive: true, force: true });
    await mkdir(this.fresh, { recursive: true });
    return this.fresh;
  }

  /** `fresh` takes the place of `out`. */
  async adoptFresh(): Promise<void> {
    await rm(this.out, { recursive: true, force: true });
    await rename(this.fresh, this.out);
  }

  async removeFresh(): Promise<void> {
    await rm(this.fresh, { recursive: true, force: true });
  }

  /** Gives the slot to whoever wants it. Idempotent. */
  release(): Promise<void> {
    return this.#held.release();
  }

  async #beginAnew(boot: string): Promise<void> {
    await rm(join(this.folder, "state.json"), { force: true });
    await this.tree.remove();
    await rm(this.out, { recursive: true, force: true });
    await this.removeFresh();
    this.#state = unknownState(boot);
    await this.#remember({ out: { ...this.#state.out, status: "empty" } });
  }

  async #remember(change: Partial<SlotState>): Promise<void> {
    this.#state = { ...this.#state, ...change };
    await writeState(this.folder, this.#state);
  }
}
