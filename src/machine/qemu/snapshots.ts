import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isRunning, startOf } from "../../process/process-tree.ts";
import type { BootedRun, QemuBoard } from "./command.ts";
import { saveBooted } from "./snapshot.ts";

/** A booted guest that runs go on from. */
export interface Snapshot {
  readonly folder: string;
  /** The console up to there. */
  readonly console: Buffer;
}

/** Snapshots at once; each takes what its guest has touched of its memory, on disk and in its cache. */
const most = 6;

interface Kept {
  readonly made: Promise<Snapshot | null>;
  users: number;
}

/**
 * Booted guests, one for each kernel and what it was booted with, saved when they are first needed in a
 * folder of this process; removed when there are too many, and at the end.
 */
export class Snapshots {
  readonly #root: string;
  readonly #kept = new Map<string, Kept>();
  #home: Promise<string> | null = null;

  /** `root`: a folder that firstbad processes share. */
  constructor(root: string) {
    this.#root = root;
  }

  /**
   * What `use` makes of the snapshot of `run`, which stays where it is as long as it takes; null, without
   * a call of `use`, where there is none, and from when `use` gave null on: it was no good.
   * Boots it for at most `seconds` where it is needed first; several that need it wait for one boot.
   */
  async with<T>(
    board: QemuBoard,
    run: BootedRun,
    seconds: number,
    signal: AbortSignal,
    use: (snapshot: Snapshot) => Promise<T | null>,
  ): Promise<T | null> {
    const key = keyOf(board, run);
    const kept = this.#kept.get(key) ?? this.#make(key, board, run, seconds, signal);
    kept.users += 1;
    try {
      const snapshot = await kept.made;
      if (snapshot === null) return null;
      const result = await use(snapshot);
      if (result === null && !signal.aborted) this.#giveUp(key);
      return result;
    } finally {
      kept.users -= 1;
      await this.#removeOld();
    }
  }

  /** Removes all of them. Idempotent. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#kept.values()].map(({ made }) => made));
    this.#kept.clear();
    if (this.#home !== null) await rm(await this.#home, { recursive: true, force: true });
    this.#home = null;
  }

  #make(key: string, board: QemuBoard, run: BootedRun, seconds: number, signal: AbortSignal): Kept {
    const made = this.#save(board, run, seconds, signal);
    const kept = { made, users: 0 };
    this.#kept.set(key, kept);
    const forget = () => {
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
    };
    // Interrupted, or in trouble of this host: that says nothing about the kernel.
    made.then((snapshot) => snapshot === null && signal.aborted && forget(), forget);
    return kept;
  }

  async #save(
    board: QemuBoard,
    run: BootedRun,
    seconds: number,
    signal: AbortSignal,
  ): Promise<Snapshot | null> {
    this.#home ??= homeBelow(this.#root);
    const folder = await mkdtemp(join(await this.#home, "booted-"));
    const console = await saveBooted(board, run, folder, seconds, signal).catch(async (error) => {
      await rm(folder, { recursive: true, force: true });
      throw error;
    });
    if (console !== null) return { folder, console };
    await rm(folder, { recursive: true, force: true });
    return null;
  }

  #giveUp(key: string): void {
    this.#kept.set(key, { made: Promise.resolve(null), users: 0 });
  }

  /** What is longest there goes first, if nobody uses it. */
  async #removeOld(): Promise<void> {
    for (const [key, { made, users }] of [...this.#kept]) {
      if (this.#kept.size <= most) return;
      if (users > 0) continue;
      this.#kept.delete(key);
      const snapshot = await made.catch(() => null);
      if (snapshot !== null) await rm(snapshot.folder, { recursive: true, force: true });
    }
  }
}

/** A folder of this process; those of processes that were killed are removed. */
async function homeBelow(root: string): Promise<string> {
  await mkdir(root, { recursive: true });
  for (const entry of await readdir(root)) {
    const [, pid, start] = /^of-(\d+)-(\d+)$/.exec(entry) ?? [];
    if (pid === undefined) continue;
    const lives = isRunning(Number(pid)) && startOf(Number(pid)) === Number(start);
    if (!lives) await rm(join(root, entry), { recursive: true, force: true });
  }
  const home = join(root, `of-${process.pid}-${startOf(process.pid)}`);
  await mkdir(home, { recursive: true });
  return home;
}

/** Kernels and initramfs lie under names made of their contents, so names are enough here. */
function keyOf({ arch, accelerator, smp }: QemuBoard, run: BootedRun): string {
  const { image, initramfs, cmdline, memory, seconds } = run;
  const parts = [arch, accelerator, smp, image, initramfs, cmdline, memory, seconds];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
