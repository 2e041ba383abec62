import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type DemoHistory, makeDemoHistory } from "../../demo/history.ts";
import { demoJob } from "../../demo/job.ts";
import { keptCache } from "../real/kept-cache.ts";

export const root = join(import.meta.dirname, "../..");

/** Bisects the demo's bug in `tree` of its history, on whatever machine a job says. */
export class DemoBisections {
  readonly history: DemoHistory;
  readonly #folder: string;

  private constructor(history: DemoHistory, folder: string) {
    this.history = history;
    this.#folder = folder;
  }

  static async open(tree: "um" | "whole"): Promise<DemoBisections> {
    const { signal } = new AbortController();
    const history = await makeDemoHistory({ folder: join(keptCache, "demo"), signal, tree });
    return new DemoBisections(history, await mkdtemp(join(tmpdir(), "firstbad-demo-")));
  }

  /** The last object of a bisection by the demo's job with `changes`, which has the name `name`. */
  async end(name: string, changes: object, ...flags: readonly string[]) {
    const { kernel, ...rest } = demoJob(this.history.repository, join(root, "demo/repro.c"));
    const job = join(this.#folder, `${name}.yaml`);
    const { kernel: changed = {}, ...others } = changes as { kernel?: object };
    await writeFile(job, JSON.stringify({ ...rest, ...others, kernel: { ...kernel, ...changed } }));
    const env = { ...process.env, XDG_DATA_HOME: this.#folder, XDG_CACHE_HOME: keptCache };
    const words = ["bisect", job, "--json", ...flags];
    const { stdout } = await promisify(execFile)(join(root, "bin/firstbad"), words, {
      env,
      maxBuffer: 64 * 1024 ** 2,
    });
    return JSON.parse(stdout);
  }
}
