import type { Stats } from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { isHeldForWriting } from "../../journal/file-journal.ts";
import { heldMarks, markOfName } from "../../process/held-name.ts";
import type { Listed } from "./list.ts";

/** Which bisections of a folder are held by a process: all are found out at once where the system tells. */
export class Holders {
  readonly #root: string;
  readonly #byMark = new Map<string, string>();
  #realRoot = "";

  /** `root`: the folder with one folder a bisection. */
  constructor(root: string) {
    this.#root = root;
  }

  /** To be called before the first is added, once there is the folder. */
  async start(): Promise<void> {
    this.#realRoot = await realpath(this.#root);
  }

  /** `status`: of the folder of the bisection `id`. */
  add(id: string, { dev, ino }: Stats): void {
    this.#byMark.set(markOfName(`${dev}:${ino}:${join(this.#realRoot, id)}`), id);
  }

  remove(id: string): void {
    for (const [mark, of] of this.#byMark) if (of === id) this.#byMark.delete(mark);
  }

  /** Those of `all` that are held now. */
  async held(all: Iterable<Listed>): Promise<ReadonlySet<string>> {
    const held = new Set<string>();
    const marks = await heldMarks();
    if (marks === null) {
      for (const { id, entry, folder } of all) {
        if (entry?.group !== "concluded" && (await isHeldForWriting(folder))) held.add(id);
      }
    } else {
      for (const mark of marks) {
        const id = this.#byMark.get(mark);
        if (id !== undefined) held.add(id);
      }
    }
    return held;
  }
}
