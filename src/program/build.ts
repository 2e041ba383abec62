import { copyFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure/failure.ts";
import type { ProgramJob } from "../job/schema.ts";
import { Excerpt } from "../workplace/excerpt.ts";
import { logLines } from "../workplace/log-lines.ts";
import { type Trouble, troubleFailure, troubleIn } from "../workplace/trouble.ts";
import { runCommand, seenTree, shellWords } from "./command.ts";
import type { CommandEnd, Isolation, ProgramSpec } from "./program.ts";
import type { ProgramSlot } from "./program-slot.ts";

/** How a program is built in a slot. */
export interface BuildSetting {
  readonly job: ProgramJob["program"];
  /** The shell command. */
  readonly command: string;
  readonly isolation: Isolation;
  /** What tells this way of building from others. */
  readonly recipe: string;
  readonly signal: AbortSignal;
}

/** A program in the slot's tree, or why there is none. */
export type SlotBuild =
  | { readonly kind: "built" }
  | {
      readonly kind: "failed";
      readonly stage: "patch" | "build";
      readonly excerpt: readonly string[];
    };

/**
 * Builds `spec` in a slot. A build that fails upon what other commits left in the tree may fail for that:
 * it only counts once it has failed in a clean tree too.
 *
 * Throws what {@link ProgramSlot.prepare} and {@link runCommand} throw, and a `Failure` where the output
 * tells of trouble of this machine. A failure's log stays as `failed.log` until the next.
 */
export async function buildInSlot(
  slot: ProgramSlot,
  spec: ProgramSpec,
  setting: BuildSetting,
): Promise<SlotBuild> {
  const wasClean = !slot.isSettled(setting.recipe);
  const first = await attempt(slot, spec, setting, false);
  if (first.kind === "built" || first.stage === "patch" || wasClean) return first;
  return attempt(slot, spec, setting, true);
}

/** There is nothing to build: a patch does not apply. */
class PatchRefused extends Error {
  readonly failed: SlotBuild;

  constructor(excerpt: readonly string[]) {
    super("a patch does not apply");
    this.failed = { kind: "failed", stage: "patch", excerpt };
  }
}

async function attempt(
  slot: ProgramSlot,
  spec: ProgramSpec,
  setting: BuildSetting,
  clean: boolean,
): Promise<SlotBuild> {
  const { job, isolation, recipe, signal } = setting;
  const prepared = slot.prepare(spec, { recipe, clean }, signal).then((patched) => {
    if (patched.kind === "refused") throw new PatchRefused(patched.lines);
  });
  let end: CommandEnd;
  try {
    ({ end } = await runCommand({
      job,
      isolation,
      tree: slot.tree.src,
      words: shellWords(setting.command),
      output: slot.log,
      seconds: job["build-seconds"],
      signal,
      ready: prepared,
    }));
  } catch (error) {
    if (error instanceof PatchRefused) return error.failed;
    throw error;
  }
  if (end.kind === "exited" && end.exitCode === 0) {
    await slot.settle(recipe);
    return { kind: "built" };
  }
  await copyFile(slot.log, join(slot.folder, "failed.log")).catch(() => {});
  const failed = await failure(end, slot, setting);
  // A build that ended by itself is finished, whatever it says; others leave nobody knows what.
  if (end.kind === "exited") await slot.settle(recipe);
  return failed;
}

async function failure(
  end: CommandEnd,
  slot: ProgramSlot,
  { job, isolation }: BuildSetting,
): Promise<SlotBuild> {
  const { lines, trouble } = await readLog(slot.log, seenTree(slot.tree.src, isolation));
  const failed = (excerpt: readonly string[]): SlotBuild => ({
    kind: "failed",
    stage: "build",
    excerpt,
  });
  switch (end.kind) {
    case "exited":
      if (trouble !== null) throw troubleFailure(trouble, slot.log);
      return failed(lines.length > 0 ? lines : [`the build ended with ${end.exitCode}`]);
    case "signal":
      if (trouble !== null) throw troubleFailure(trouble, slot.log);
      return failed([`the build was ended by ${end.signal}`, ...lines].slice(0, 20));
    case "deadline":
      return failed([`the build did not end within ${job["build-seconds"]} s`]);
    case "flooded":
      return failed(["the build wrote without end"]);
    case "out-of-memory":
      throw new Failure("out-of-memory", "the build needed more memory than it may have", {
        facts: { bytes: job.memory, log: slot.log },
        hint: "give program.memory more in the bisection's job.yaml, then resume",
      });
    default:
      return end satisfies never;
  }
}

async function readLog(
  log: string,
  tree: string,
): Promise<{ lines: readonly string[]; trouble: Trouble | null }> {
  const excerpt = new Excerpt([tree]);
  let trouble: Trouble | null = null;
  const { size } = await stat(log);
  for await (const line of logLines(log, size)) {
    excerpt.add(line);
    trouble ??= troubleIn(line);
  }
  return { lines: excerpt.lines(), trouble };
}
