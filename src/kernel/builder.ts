import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { asFailure, Failure } from "../failure/failure.ts";
import { openRepository, type Repository } from "../history/repository.ts";
import { Slots, slotsFolder } from "../workplace/slots.ts";
import { TreeIds } from "../workplace/tree-ids.ts";
import { recipeOf } from "./arch.ts";
import { buildInSlot, configInSlot, type SlotBuild } from "./build.ts";
import { KernelCache, usualKernelBytes } from "./cache.ts";
import { KnownFiles } from "./compiled-files-store.ts";
import { type Compiler, findCompiler } from "./compiler.ts";
import { type ConfigRequest, requestOf } from "./configure.ts";
import { inputsKey, KnownBuilds } from "./inputs.ts";
import type {
  BuildControl,
  BuildResult,
  FailedBuild,
  KernelBuilder,
  KernelSpec,
  LeasedKernel,
} from "./kernel.ts";
import { seenFolders } from "./make.ts";
import { Slot } from "./slot.ts";

/** What a builder is made of. */
export interface BuilderOptions {
  /** The user's git repository; it is only read. */
  readonly repository: string;
  /** Folder of kernels, slots and ccache; shared by all bisections of this user. */
  readonly cache: string;
  /** Builds at once; default 1. */
  readonly slots?: number;
  /** Bytes that kernels may take; default 20 GiB. Slots and ccache's 10 GB come on top. */
  readonly cacheBytes?: number;
  /** `gcc` (the default) or `gcc-N`. */
  readonly compiler?: string;
  /** False: without isolation, at the slot's own path and one at a time. Default true. */
  readonly sandbox?: boolean;
  /** Seconds that one call of make may take; default 3,600. */
  readonly deadline?: number;
  /** Scheduling priority of builds, 0 to 19; default 0. */
  readonly nice?: number;
  /** Processors to share out among the slots; default: those that this process may use. */
  readonly cpus?: number;
}

/**
 * A builder of `options.repository`'s kernels.
 *
 * Throws `repository-not-found`, `repository-not-readable`, `tool-missing`, or the system's own error
 * where the cache folder cannot be made.
 */
export async function createKernelBuilder(options: BuilderOptions): Promise<KernelBuilder> {
  const repository = await openRepository(options.repository);
  const compiler = await findCompiler(options.compiler);
  await mkdir(join(options.cache, "ccache"), { recursive: true });
  const known = await KnownBuilds.open(options.cache);
  const compiled = await KnownFiles.open(options.cache);
  const kernels = await KernelCache.open(options.cache, options.cacheBytes ?? usualKernelBytes);
  const folder = await slotsFolder(join(options.cache, "slots"), repository.gitDir);
  const count = (options.sandbox ?? true) ? Math.max(1, options.slots ?? 1) : 1;
  const slots = new Slots(count, async (signal) => {
    await mkdir(folder, { recursive: true });
    return Slot.claim(folder, repository, signal);
  });
  return new Builder(options, repository, compiler, known, compiled, kernels, slots, count);
}

class Builder implements KernelBuilder {
  readonly slots: number;
  readonly #options: BuilderOptions;
  readonly #treeIds: TreeIds;
  readonly #compiler: Compiler;
  readonly #known: KnownBuilds;
  readonly #compiled: KnownFiles;
  readonly #kernels: KernelCache;
  readonly #slots: Slots<Slot>;
  readonly #closing = new AbortController();
  /** Builds that failed for the tree's own reasons: they would again, as long as this process lives. */
  readonly #failed = new Map<string, FailedBuild>();
  readonly #running = new Set<Promise<unknown>>();

  constructor(
    options: BuilderOptions,
    repository: Repository,
    compiler: Compiler,
    known: KnownBuilds,
    compiled: KnownFiles,
    kernels: KernelCache,
    slots: Slots<Slot>,
    count: number,
  ) {
    this.#options = options;
    this.#treeIds = new TreeIds(repository);
    this.#compiler = compiler;
    this.#known = known;
    this.#compiled = compiled;
    this.#kernels = kernels;
    this.#slots = slots;
    this.slots = count;
  }

  async build(spec: KernelSpec, control: BuildControl = {}): Promise<BuildResult> {
    const signal = AbortSignal.any([
      this.#closing.signal,
      ...(control.signal ? [control.signal] : []),
    ]);
    const running = this.#build(spec, control, signal);
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      throw asFailure(error);
    } finally {
      this.#running.delete(running);
    }
  }

  files(signature: string): Promise<LeasedKernel> {
    return this.#kernels.lease(signature);
  }

  async compiledFiles(spec: KernelSpec, signal: AbortSignal): Promise<readonly string[] | null> {
    const either = AbortSignal.any([this.#closing.signal, signal]);
    const tree = await this.#treeIds.of(spec.commit, either);
    if (this.#sandboxed) return this.#compiled.get(this.#keyOf(spec, tree, ""));
    return this.#slots.lend(either, (slot) =>
      this.#compiled.get(this.#keyOf(spec, tree, slot.tree.src)),
    );
  }

  async configOf(spec: KernelSpec, given: AbortSignal): Promise<string> {
    const signal = AbortSignal.any([this.#closing.signal, given]);
    recipeOf(spec.arch);
    const request = requestOf(spec.config);
    return this.#slots.lend(signal, (slot) =>
      configInSlot(slot, this.#slotBuildOf(spec, request, signal)),
    );
  }

  withTree<T>(
    commit: string,
    use: (folder: string) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    return this.#slots.lend(AbortSignal.any([this.#closing.signal, signal]), async (slot) => {
      await slot.prepareSource(commit, [], signal);
      return use(slot.tree.src);
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
    await this.#slots.close();
    await this.#treeIds.close();
    await this.#kernels.close();
  }

  async #build(spec: KernelSpec, control: BuildControl, signal: AbortSignal): Promise<BuildResult> {
    const begin = performance.now();
    const seconds = () => (performance.now() - begin) / 1000;
    recipeOf(spec.arch);
    const request = requestOf(spec.config);
    const tree = await this.#treeIds.of(spec.commit, signal);
    const clean = control.clean ?? false;
    // Where builds are not isolated, their path is the slot's own, known once there is a slot.
    const early = this.#sandboxed ? this.#keyOf(spec, tree, "") : null;
    const answer = early === null || clean ? null : await this.#answered(early, seconds);
    if (answer !== null) return answer;
    return this.#slots.lend(signal, async (slot) => {
      const key = early ?? this.#keyOf(spec, tree, slot.tree.src);
      // Another build of this process may have answered it while this one waited.
      const late = clean ? null : await this.#answered(key, seconds);
      if (late !== null) return late;
      const result = await buildInSlot(slot, {
        ...this.#slotBuildOf(spec, request, signal),
        clean,
        onProgress: control.onProgress,
      });
      if (result.kind === "failed") {
        const failed: FailedBuild = { ...result, seconds: seconds() };
        this.#failed.set(key, failed);
        return failed;
      }
      const { signature, compiler, dropped, compiled, files } = result;
      await this.#compare(spec, key, signature);
      if (compiled !== null) await this.#compiled.set(key, compiled);
      await this.#kernels.store(signature, files);
      await this.#known.set(key, { signature, compiler, dropped: [...dropped] });
      return { kind: "built", signature, compiler, dropped, seconds: seconds(), cached: false };
    });
  }

  #slotBuildOf(spec: KernelSpec, request: ConfigRequest, signal: AbortSignal): SlotBuild {
    return {
      commit: spec.commit,
      patches: spec.patches,
      request,
      configs: join(this.#options.cache, "configs"),
      setting: {
        ccache: join(this.#options.cache, "ccache"),
        sandboxed: this.#sandboxed,
        arch: spec.arch,
        compiler: this.#compiler,
        jobs: this.#jobs,
        nice: this.#options.nice ?? 0,
        deadline: this.#options.deadline ?? 3600,
        signal,
      },
      clean: false,
      onProgress: undefined,
    };
  }

  /** What is known without building. */
  async #answered(key: string, seconds: () => number): Promise<BuildResult | null> {
    const failed = this.#failed.get(key);
    if (failed !== undefined) return { ...failed, seconds: seconds() };
    const known = await this.#known.get(key);
    if (known === null || !(await this.#kernels.has(known.signature))) return null;
    return { kind: "built", ...known, seconds: seconds(), cached: true };
  }

  /** A kernel that was built before and evicted must come out the same. */
  async #compare(spec: KernelSpec, key: string, signature: string): Promise<void> {
    const before = (await this.#known.get(key))?.signature;
    if (before === undefined || before === signature) return;
    throw new Failure(
      "build-not-reproducible",
      `the kernel of ${spec.commit} came out different when it was built again`,
      {
        facts: { commit: spec.commit, before, now: signature },
        hint: "look for what the build puts in that is not in the tree: times, random numbers, paths",
      },
    );
  }

  #keyOf(spec: KernelSpec, tree: string, src: string): string {
    const seen = seenFolders({ sandboxed: this.#sandboxed, src, out: "", ccache: "" });
    return inputsKey({
      tree,
      patches: spec.patches,
      arch: spec.arch,
      config: spec.config,
      compiler: this.#compiler.identity,
      source: seen.src,
    });
  }

  get #sandboxed(): boolean {
    return this.#options.sandbox ?? true;
  }

  get #jobs(): number {
    const cpus = this.#options.cpus ?? availableParallelism();
    return Math.max(1, Math.floor(cpus / this.slots));
  }
}
