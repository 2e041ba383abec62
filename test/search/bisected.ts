import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MadeCommit } from "./random-history.ts";

/** What `git bisect` is told of a commit. */
export type Answer = "bad" | "good" | "skip";

/** What `git bisect` did. */
export interface GitBisection {
  /** Hashes in the order in which git asked for them. */
  readonly tested: string[];
  /** Its lines `Bisecting: …`, one for each of these. */
  readonly said: string[];
  /** One hash, or all that are left when only skipped commits are. */
  readonly culprits: string[];
}

/** Many made-up histories in one repository of empty trees, and git bisect on them. */
export class BisectedRepository {
  readonly folder = mkdtempSync(join(tmpdir(), "firstbad-bisect-"));

  constructor() {
    mkdirSync(join(this.folder, "answers"));
    this.#git(["init", "--quiet", "--bare", "."]);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Imports histories, one after the other; the hashes of their commits. */
  import(histories: readonly (readonly MadeCommit[])[]): string[][] {
    const stream: string[] = [];
    let first = 1;
    histories.forEach((commits, n) => {
      commits.forEach(({ parents, time, changes = [] }, i) => {
        stream.push(
          // A ref of its own for each root: fast-import would give it a parent otherwise.
          `commit refs/made/${n}/${parents.length === 0 ? `root${i}` : "head"}`,
          `mark :${first + i}`,
          `committer A U Thor <author@example.com> ${time} +0000`,
          // Different messages make different commits of what is otherwise the same.
          `data <<.\n${n} ${i}\n.`,
          ...parents.map((parent, k) => `${k === 0 ? "from" : "merge"} :${first + parent}`),
          ...changes.map((path) => `M 100644 inline ${path}\ndata <<.\n${n} ${i}\n.`),
          "",
        );
      });
      first += commits.length;
    });
    const marks = join(this.folder, "marks");
    this.#git(["fast-import", "--quiet", "--force", `--export-marks=${marks}`], stream.join("\n"));
    const hashes: string[] = [];
    for (const line of readFileSync(marks, "latin1").trimEnd().split("\n")) {
      const [mark = "", hash = ""] = line.split(" ");
      hashes[Number(mark.slice(1)) - 1] = hash;
    }
    // git bisect wants a HEAD that it could come back to.
    this.#git(["update-ref", "--no-deref", "HEAD", hashes[0]!]);
    return histories.map((commits) => hashes.splice(0, commits.length));
  }

  /** The text of the graph as a bisection keeps it. */
  graphText(tip: string, exclude: readonly string[]): Buffer {
    return this.#git([
      "rev-list",
      "--topo-order",
      "--reverse",
      "--parents",
      "--timestamp",
      tip,
      ...exclude.map((hash) => `^${hash}`),
    ]);
  }

  /** Lets `git bisect run` find the culprit, answering from the table; one process for all steps. */
  bisect(
    bad: string,
    good: readonly string[],
    answers: ReadonlyMap<string, Answer>,
    { firstParent = false, paths = [] }: { firstParent?: boolean; paths?: readonly string[] } = {},
  ): GitBisection {
    const codes = { good: 0, bad: 1, skip: 125 };
    const cases = [...answers].map(([hash, answer]) => `${hash}) exit ${codes[answer]};;`);
    const script = join(this.folder, "answer.sh");
    writeFileSync(script, `read h <BISECT_HEAD\ncase $h in\n${cases.join("\n")}\nesac\nexit 255\n`);
    const options = ["--no-checkout", ...(firstParent ? ["--first-parent"] : [])];
    const words = [...options, bad, ...good, ...(paths.length > 0 ? ["--", ...paths] : [])];
    const started = this.#git(["bisect", "start", ...words]).toString("latin1");
    const ran = spawnSync("git", ["bisect", "run", "sh", script], this.#options()).stdout.toString(
      "latin1",
    );
    const log = readFileSync(join(this.folder, "BISECT_LOG"), "latin1");
    this.#git(["bisect", "reset"]);
    return {
      tested: [...log.matchAll(/^git bisect (?:good|bad|skip) ([0-9a-f]{40})$/gm)].map(
        (m) => m[1]!,
      ),
      said: `${started}${ran}`.match(/^Bisecting: .*$/gm) ?? [],
      culprits: [
        ...log.matchAll(/^# (?:first bad commit|possible first bad commit): \[([0-9a-f]+)\]/gm),
      ].map((m) => m[1]!),
    };
  }

  #git(args: readonly string[], stdin = ""): Buffer {
    const result = spawnSync("git", args, { ...this.#options(), input: stdin });
    if (result.status !== 0) throw new Error(`git ${args[0]}: ${result.stderr}\n${result.stdout}`);
    return result.stdout;
  }

  #options() {
    return {
      cwd: this.folder,
      maxBuffer: 1 << 28,
      env: {
        PATH: process.env.PATH,
        HOME: this.folder,
        LC_ALL: "C",
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CONFIG_GLOBAL: "/dev/null",
      },
    };
  }
}
