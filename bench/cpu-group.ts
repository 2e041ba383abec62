import { existsSync, mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";

const groups = "/sys/fs/cgroup";

/**
 * Counts the CPU time of a program and of everything that it starts, in a control group: the sums that a
 * parent is given of its children lack those of process namespaces, which sandboxes use.
 */
export class CpuGroup {
  readonly #folder: string;
  readonly #isV1 = existsSync(join(groups, "cpuacct"));

  /** Throws where this user may make no control group: run the benchmark as root. */
  constructor(name: string) {
    const group = `firstbad-bench-${process.pid}-${name}`;
    this.#folder = join(groups, this.#isV1 ? "cpuacct" : "", group);
    mkdirSync(this.#folder);
    process.on("exit", () => rmdirSync(this.#folder));
  }

  /** The command that runs `command` in the group: what `spawn` takes first. */
  inside(command: string, words: readonly string[]): [string, string[]] {
    const join = 'echo $$ > "$0/cgroup.procs" && exec "$@"';
    return ["sh", ["-c", join, this.#folder, command, ...words]];
  }

  /** CPU seconds so far. */
  seconds(): number {
    if (this.#isV1) return Number(readFileSync(join(this.#folder, "cpuacct.usage"), "utf8")) / 1e9;
    const stat = readFileSync(join(this.#folder, "cpu.stat"), "utf8");
    return Number(/^usage_usec (\d+)$/m.exec(stat)?.[1]) / 1e6;
  }
}
