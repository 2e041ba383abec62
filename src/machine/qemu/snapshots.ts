import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isRunning, startOf } from "../../process/process-tree.ts";
import type { MachineRun } from "../machine.ts";
import { type BootedRun, type QemuBoard, snapshotFiles } from "./command.ts";
import { largestDelivery } from "./delivery.ts";
import { saveBooted } from "./snapshot.ts";

/** A booted guest that runs go on from. */
export interface Snapshot {
  readonly folder: string;
  /** The console up to there. */
  readonly console: Buffer;
  readonly booted: BootedRun;
  /** Whether it waits for its reproducer on a port, and has none of its own. */
  readonly late: boolean;
  /** Which files it has, by {@link stampOf}. */
  readonly stamp: string;
}

const notes = {
  portless:
    "the kernel has no virtio port (CONFIG_VIRTIO_PCI, CONFIG_VIRTIO_CONSOLE): its reproducer is in its first file system, and each needs a snapshot of its own",
  givenUp:
    "a run from a snapshot did not come to its reproducer, which says nothing: its kernel boots for each run now",
} as const;

/** Snapshots at once; each takes what its guest has touched of its memory, on disk and in its cache. */
const most = 6;

/** What became of a boot that was to be saved: null where it was no good. */
type Made = Snapshot | "portless" | "hung" | null;

interface Kept {
  readonly made: Promise<Made>;
  users: number;
}

/** A guest that may be booted for a run. */
interface Boot {
  readonly run: BootedRun;
  readonly late: boolean;
}

/**
 * Booted guests, one for each kernel and what it was booted with, saved when they are first needed in a
 * folder of this process; removed when there are too many, and at the end.
 *
 * A reproducer is brought in after the boot, so that one guest serves all of them; once a guest has no port for
 * that, each is booted with its reproducer in the initramfs.
 */
export class Snapshots {
  readonly #root: string;
  readonly #kept = new Map<string, Kept>();
  #home: Promise<string> | null = null;
  #portless = false;
  #note: string | null = null;

  /** `root`: a folder that firstbad processes share. */
  constructor(root: string) {
    this.#root = root;
  }

  /** What a user should know of them, in a line, told once; null where there is nothing new. */
  takeNote(): string | null {
    const note = this.#note;
    this.#note = null;
    return note;
  }

  /**
   * What `use` makes of a snapshot for `run`, which stays where it is as long as it takes; null, without
   * a call of `use`, where there is none, and from when `use` gave null on: it was no good.
   * Boots for at most `seconds` where one is needed first, and says `hung` where that was not enough; several
   * that need it wait for one boot.
   */
  async with<T>(
    board: QemuBoard,
    run: MachineRun,
    seconds: number,
    signal: AbortSignal,
    use: (snapshot: Snapshot) => Promise<T | null>,
  ): Promise<T | "hung" | null> {
    for (const boot of this.#bootsFor(run)) {
      const key = keyOf(board, boot.run);
      const kept = this.#kept.get(key) ?? this.#make(key, board, boot, seconds, signal);
      kept.users += 1;
      try {
        const snapshot = await kept.made;
        if (snapshot === "portless") continue;
        if (snapshot === null || snapshot === "hung") return snapshot;
        const result = (await isAsSaved(snapshot)) ? await use(snapshot) : null;
        if (result === null && !signal.aborted) this.#giveUp(key);
        return result;
      } finally {
        kept.users -= 1;
        await this.#removeOld();
      }
    }
    return null;
  }

  /** Removes all of them. Idempotent. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#kept.values()].map(({ made }) => made));
    this.#kept.clear();
    if (this.#home !== null) await rm(await this.#home, { recursive: true, force: true });
    this.#home = null;
  }

  /** What may be booted for `run`, the better first. */
  *#bootsFor({ image, initramfs, late, cmdline, memory, seconds }: MachineRun): Iterable<Boot> {
    const fits = late !== undefined && late.bytes.length <= largestDelivery;
    if (fits && !this.#portless) {
      const run = { image, initramfs: late.initramfs, cmdline, memory, seconds: null };
      yield { run, late: true };
    }
    yield { run: { image, initramfs, cmdline, memory, seconds }, late: false };
  }

  #make(key: string, board: QemuBoard, boot: Boot, seconds: number, signal: AbortSignal): Kept {
    const made = this.#save(board, boot, seconds, signal);
    const kept = { made, users: 0 };
    this.#kept.set(key, kept);
    const forget = () => {
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
    };
    // Interrupted, or in trouble of this host: that says nothing about the kernel.
    made.then((result) => result === null && signal.aborted && forget(), forget);
    return kept;
  }

  async #save(
    board: QemuBoard,
    { run, late }: Boot,
    seconds: number,
    signal: AbortSignal,
  ): Promise<Made> {
    this.#home ??= homeBelow(this.#root);
    const folder = await mkdtemp(join(await this.#home, "booted-"));
    const saved = await saveBooted(board, run, folder, seconds, signal).catch(async (error) => {
      await rm(folder, { recursive: true, force: true });
      throw error;
    });
    if (saved.kind === "saved") {
      const { console } = saved;
      return { folder, console, booted: run, late, stamp: await stampOf(folder) };
    }
    await rm(folder, { recursive: true, force: true });
    if (saved.kind === "failed") return null;
    if (saved.kind === "hung") return "hung";
    if (!this.#portless) this.#note = notes.portless;
    this.#portless = true;
    return "portless";
  }

  /** Nobody begins with it any more; its files stay until the end, for those who have. */
  #giveUp(key: string): void {
    this.#kept.set(key, { made: Promise.resolve(null), users: 0 });
    this.#note = notes.givenUp;
  }

  /** What is longest there goes first, if nobody uses it. */
  async #removeOld(): Promise<void> {
    for (const [key, { made, users }] of [...this.#kept]) {
      if (this.#kept.size <= most) return;
      if (users > 0) continue;
      this.#kept.delete(key);
      const snapshot = await made.catch(() => null);
      if (typeof snapshot === "object" && snapshot !== null) {
        await rm(snapshot.folder, { recursive: true, force: true });
      }
    }
  }
}

/** Which files a snapshot has: runs map the memory's privately, so that nothing of it changes. */
async function stampOf(folder: string): Promise<string> {
  const files = [snapshotFiles.memory, snapshotFiles.state].map(async (name) => {
    const { ino, size, mtimeMs } = await stat(join(folder, name));
    return `${name} ${ino} ${size} ${mtimeMs}`;
  });
  return (await Promise.all(files)).join(", ");
}

/** Whether its files are there and are those that were saved: of another memory nothing can be believed. */
async function isAsSaved({ folder, stamp }: Snapshot): Promise<boolean> {
  return (await stampOf(folder).catch(() => null)) === stamp;
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
function keyOf({ arch, accelerator, smp, disk }: QemuBoard, run: BootedRun): string {
  const { image, initramfs, cmdline, memory, seconds } = run;
  const board = [arch, accelerator, smp, disk?.path, disk?.root];
  const parts = [...board, image, initramfs, cmdline, memory, seconds];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
