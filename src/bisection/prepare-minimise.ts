import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { guiltyFileOf, relevantFrames } from "../crash/guilty-file.ts";
import { type EventBody, type EventOf, kernelIdOf } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { treeFiles } from "../kconfig/tree-files.ts";
import type { ConfigSource, Lab } from "../lab/lab.ts";
import { prepare } from "../minimise/prepare.ts";
import type { CrashFacts } from "../minimise/weights.ts";
import { baselineFile } from "./inputs.ts";
import { keepConfig } from "./kept-config.ts";

type Started = EventOf<"started">;

/** A crash that stands for the bug, with its report; null: none does. */
export type ReportedCrash = {
  readonly type: string;
  title: string;
  readonly report: string;
} | null;

/** A kernel that was seen to crash: with which patches over the commit, by their texts. */
export interface CrashingKernel {
  readonly crash: ReportedCrash;
  readonly patches: readonly string[];
}

/**
 * Finds out what may be left out of the job's configuration, and keeps that and the baseline in `folder`.
 *
 * A tree or a baseline that cannot be read gives an event that says so: the bisection goes on with the whole
 * configuration. Where nothing else was asked for, it is thrown: `kconfig-invalid`, `config-invalid`.
 */
export async function prepareMinimise(
  started: Started,
  given: CrashingKernel,
  { folder, lab }: { readonly folder: string; readonly lab: Lab },
  signal: AbortSignal,
): Promise<EventBody> {
  try {
    return await prepared(started, given, folder, lab, signal);
  } catch (error) {
    const isUnreadable =
      error instanceof Failure &&
      (error.code === "kconfig-invalid" || error.code === "config-invalid");
    if (!isUnreadable || started.goal === "config") throw error;
    return { kind: "minimise-given-up", why: error.message };
  }
}

async function prepared(
  started: Started,
  { crash, patches }: CrashingKernel,
  folder: string,
  lab: Lab,
  signal: AbortSignal,
): Promise<EventBody> {
  const { crashes, minimise, arch } = started;
  const baseline = minimise?.baseline ?? null;
  const plan = { kernel: kernelIdOf(crashes.hash), commit: crashes.hash, patches };
  const full = await lab.configOf(plan, { signal });
  if (full === null) throw unreadable("what is built has no configuration");
  const config = baseline === null ? null : await baselineSource(baseline, folder);
  const base = config === null ? null : await lab.configOf({ ...plan, config }, { signal });
  const found = await lab.withTree(
    crashes.hash,
    async (tree) =>
      prepare({
        full,
        base,
        bootable: baseline?.kind === "file",
        arch,
        crash: crash === null ? null : factsOf(crash),
        read: treeFiles(tree),
      }),
    { signal },
  );
  if (found === null) throw unreadable("what is built has no Kconfig files");
  return {
    kind: "minimise-prepared",
    full: await keepConfig(folder, "whole", full),
    base: base === null ? null : await keepConfig(folder, "baseline", base),
    ...found,
  };
}

async function baselineSource(
  baseline: NonNullable<NonNullable<Started["minimise"]>["baseline"]>,
  folder: string,
): Promise<ConfigSource> {
  switch (baseline.kind) {
    case "file":
      return { kind: "file", text: await readFile(join(folder, baselineFile), "utf8") };
    case "base":
      return { kind: "base", base: baseline.base, fragments: [] };
    default:
      return baseline satisfies never;
  }
}

function factsOf({ type, title, report }: NonNullable<ReportedCrash>): CrashFacts {
  const frames = relevantFrames(report).filter(({ generic }) => !generic);
  return {
    type,
    title,
    guilty: guiltyFileOf(title, report),
    stack: [...new Set(frames.map(({ file }) => file))],
  };
}

function unreadable(why: string): Failure {
  return new Failure("config-invalid", `there is no configuration to make smaller: ${why}`, {
    hint: "only kernels have one",
  });
}
