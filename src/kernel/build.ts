import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure/failure.ts";
import { recipeOf } from "./arch.ts";
import { readCompiledFiles } from "./compiled-files.ts";
import { compilerIn } from "./compiler.ts";
import { hasModules } from "./config.ts";
import { type ConfigRequest, configure, type ResolvedConfig } from "./configure.ts";
import { kconfigHash } from "./kconfig-inputs.ts";
import type { BuildProgress } from "./kernel.ts";
import type { FreshKernel } from "./kernel-folder.ts";
import { type Made, type MakeSetting, make, seenFolders } from "./make.ts";
import { type Manifest, readManifest } from "./objects/manifest.ts";
import { builtFile, builtText, keepPlainFiles } from "./outputs.ts";
import { watchProgress } from "./progress.ts";
import { signatureOf, signatureWithModules } from "./signature.ts";
import type { Slot } from "./slot.ts";

/** What to build in a slot. */
export interface SlotBuild {
  readonly commit: string;
  readonly patches: readonly string[];
  readonly request: ConfigRequest;
  /** Folder of resolved configs. */
  readonly configs: string;
  readonly setting: Omit<MakeSetting, "src" | "out" | "log"> & { readonly signal: AbortSignal };
  readonly clean: boolean;
  readonly onProgress: ((progress: BuildProgress) => void) | undefined;
}

/** A kernel in the slot's build folder, there until the slot is used again; or why there is none. */
export type SlotResult =
  | {
      readonly kind: "built";
      readonly signature: string;
      readonly compiler: string;
      readonly dropped: readonly string[];
      /** See {@link readCompiledFiles}. */
      readonly compiled: readonly string[] | null;
      /** See {@link readManifest}. */
      readonly manifest: Manifest | null;
      readonly files: FreshKernel;
    }
  | {
      readonly kind: "failed";
      readonly stage: "patch" | "config" | "build";
      readonly excerpt: readonly string[];
      readonly compiler: string | null;
      /** The object that could not be compiled; null where it was something else. */
      readonly object: string | null;
    };

type Attempt =
  | { readonly kind: "built"; readonly config: ResolvedConfig }
  | { readonly kind: "failed"; readonly stage: "config" | "build"; readonly made: FailedMake };
export type FailedMake = Extract<Made, { kind: "failed" }>;

/**
 * Builds one kernel: source, config, make, signature.
 *
 * A build that fails in a folder that other commits were built in may fail for what they left there. It
 * only counts once it has failed in an empty folder too, beginning with the very object that could not
 * be compiled: a compile error is then confirmed for the price of that one file and not of a whole
 * kernel. Where the empty folder does better, it is the one that is built upon from then on.
 *
 * Throws what {@link make} and {@link Slot.prepareSource} throw, and `build-infrastructure` where make
 * succeeds and leaves no kernel. A failure's log stays as `failed.log` until the next.
 */
export async function buildInSlot(slot: Slot, build: SlotBuild): Promise<SlotResult> {
  const { signal } = build.setting;
  const patched = await slot.prepareSource(build.commit, build.patches, signal);
  if (patched.kind === "refused") {
    return { kind: "failed", stage: "patch", excerpt: patched.lines, compiler: null, object: null };
  }
  await slot.beginBuild(recipeNameOf(build));
  const inputs = kconfigHash(await slot.tree.files(signal));
  try {
    const attempt = await attemptBuild(slot, build, inputs);
    if (attempt.kind === "failed") return await failedResult(slot, attempt, build);
    return await builtResult(slot, attempt.config, build);
  } catch (error) {
    await copyFile(slot.log, join(slot.folder, "failed.log")).catch(() => {});
    throw error;
  }
}

/** What every kernel has, and needs most of its headers for. */
const probeTargets = ["prepare", "init/main.o"];

/**
 * Whether the compiler of `build` gets as far as it can be told cheaply: its preparations and one object,
 * and `object` where one is given, in an empty folder. Null: it does; else how it failed. The log is
 * `probe.log`; the slot's build folder stays as it is. Throws what {@link buildInSlot} throws.
 */
export async function probeInSlot(
  slot: Slot,
  build: SlotBuild,
  object: string | null,
): Promise<FailedMake | null> {
  const { signal } = build.setting;
  const patched = await slot.prepareSource(build.commit, build.patches, signal);
  if (patched.kind === "refused") throw new Error("a kernel that cannot be patched is not probed");
  const inputs = kconfigHash(await slot.tree.files(signal));
  const fresh = await slot.makeFresh();
  try {
    const setting = { ...settingOf(fresh, slot, build), log: join(slot.folder, "probe.log") };
    const config = await configure(build.request, inputs, build.configs, setting);
    if (config.kind === "failed") return config;
    const targets = object === null ? probeTargets : [...probeTargets, object];
    const made = await make(setting, [...new Set(targets)]);
    return made.kind === "failed" ? made : null;
  } finally {
    await slot.removeFresh();
  }
}

/**
 * The `.config` that the tree makes of the request, in a folder of its own: what is built in the slot stays as it
 * is. Throws what {@link buildInSlot} throws, and `config-invalid` where a patch or the tree refuses.
 */
export async function configInSlot(slot: Slot, build: SlotBuild): Promise<string> {
  const { signal } = build.setting;
  const patched = await slot.prepareSource(build.commit, build.patches, signal);
  if (patched.kind === "refused") throw configRefused(build.commit, patched.lines);
  const inputs = kconfigHash(await slot.tree.files(signal));
  const fresh = await slot.makeFresh();
  try {
    const setting = settingOf(fresh, slot, build);
    const config = await configure(build.request, inputs, build.configs, setting);
    if (config.kind === "failed") throw configRefused(build.commit, config.excerpt);
    return config.text;
  } finally {
    await slot.removeFresh();
  }
}

function configRefused(commit: string, excerpt: readonly string[]): Failure {
  const why = excerpt[0] ?? "it does not say why";
  return new Failure("config-invalid", `${commit} makes nothing of the configuration: ${why}`, {
    facts: { commit, excerpt },
    hint: "see whether the tree takes it: make olddefconfig",
  });
}

/** What a build folder must have been used for, to be built upon. */
export function recipeNameOf({ setting: { arch, compiler } }: SlotBuild): string {
  return `${arch}, ${compiler.identity}, ${compiler.ccache ? "ccache" : "direct"}`;
}

async function attemptBuild(slot: Slot, build: SlotBuild, inputs: string): Promise<Attempt> {
  if (build.clean) return cleanBuild(slot, build, inputs, null);
  const wasEmpty = slot.isEmpty;
  await slot.writing();
  const first = await buildIn(slot.out, slot, build, inputs, wasEmpty ? slot.files : null);
  await slot.endBuild(wasEmpty && first.kind === "built" ? first.compiled : null);
  if (first.kind === "built" || wasEmpty) return first;
  return cleanBuild(slot, build, inputs, first.made.object);
}

/** Builds in an empty folder, `object` first; only a whole kernel makes it the slot's build folder. */
async function cleanBuild(
  slot: Slot,
  build: SlotBuild,
  inputs: string,
  object: string | null,
): Promise<Attempt> {
  const fresh = await slot.makeFresh();
  try {
    if (object !== null) {
      const config = await configure(
        build.request,
        inputs,
        build.configs,
        settingOf(fresh, slot, build),
      );
      if (config.kind === "failed") return { kind: "failed", stage: "config", made: config };
      const made = await make(settingOf(fresh, slot, build), [object]);
      // Another object that fails is what the whole build will tell about.
      if (made.kind === "failed" && made.object === object) {
        return { kind: "failed", stage: "build", made };
      }
    }
    const attempt = await buildIn(fresh, slot, build, inputs, slot.files);
    if (attempt.kind === "failed") return attempt;
    await slot.writing();
    await slot.adoptFresh();
    await slot.endBuild(attempt.compiled);
    return attempt;
  } finally {
    await slot.removeFresh();
  }
}

async function buildIn(
  out: string,
  slot: Slot,
  build: SlotBuild,
  inputs: string,
  files: number | null,
): Promise<Attempt & { readonly compiled: number }> {
  const setting = settingOf(out, slot, build);
  const config = await configure(build.request, inputs, build.configs, setting);
  if (config.kind === "failed")
    return { kind: "failed", stage: "config", made: config, compiled: 0 };
  // Make would only look at it again after the log was begun anew.
  await rm(setting.log, { force: true });
  const progress = watchProgress(setting.log, files, build.onProgress);
  let compiled = 0;
  let made: Made;
  try {
    const { target } = recipeOf(setting.arch);
    made = await make(setting, hasModules(config.options) ? [target, "modules"] : [target]);
  } finally {
    compiled = await progress.stop();
  }
  if (made.kind === "failed") return { kind: "failed", stage: "build", made, compiled };
  return { kind: "built", config, compiled };
}

async function failedResult(
  slot: Slot,
  { stage, made }: Extract<Attempt, { kind: "failed" }>,
  { setting }: SlotBuild,
): Promise<SlotResult> {
  await copyFile(slot.log, join(slot.folder, "failed.log")).catch(() => {});
  const { excerpt, object } = made;
  return { kind: "failed", stage, excerpt, compiler: setting.compiler.identity, object };
}

async function builtResult(
  slot: Slot,
  config: ResolvedConfig,
  build: SlotBuild,
): Promise<SlotResult> {
  const { arch, compiler } = build.setting;
  const vmlinux = await builtFile(slot.out, "vmlinux");
  const modules = hasModules(config.options) ? await installModules(slot, build) : null;
  const files: FreshKernel = {
    vmlinux,
    image: await builtFile(slot.out, recipeOf(arch).kernelImage),
    config: await builtFile(slot.out, ".config"),
    modules,
  };
  const header = await builtText(slot.out, "include/generated/compile.h");
  return {
    kind: "built",
    signature: await (modules === null
      ? signatureOf(vmlinux)
      : signatureWithModules(vmlinux, modules)),
    compiler: (header && compilerIn(header)) ?? compiler.identity,
    dropped: config.dropped,
    compiled: await readCompiledFiles(slot.out, seenFolders(settingOf(slot.out, slot, build)).src),
    // Modules are linked by themselves, of objects of their own.
    manifest: modules === null ? await readManifest(slot.out) : null,
    files,
  };
}

/** The tree of modules, without debug information, in the build folder. */
async function installModules(slot: Slot, build: SlotBuild): Promise<string> {
  const setting = settingOf(slot.out, slot, build);
  const name = ".firstbad.modules";
  const folder = join(slot.out, name);
  await rm(folder, { recursive: true, force: true });
  const made = await make(setting, ["modules_install"], {
    INSTALL_MOD_PATH: `${seenFolders(setting).out}/${name}`,
    INSTALL_MOD_STRIP: "1",
  });
  if (made.kind === "failed") {
    throw new Failure("build-infrastructure", `modules cannot be installed: ${made.excerpt[0]}`, {
      facts: { excerpt: made.excerpt, log: setting.log },
      hint: "look at the end of the log; without modules (=m) in the config none are installed",
    });
  }
  await keepPlainFiles(folder);
  return folder;
}

function settingOf(out: string, slot: Slot, build: SlotBuild): MakeSetting {
  return { ...build.setting, src: slot.tree.src, out, log: slot.log };
}
