import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { asFailure, Failure } from "../failure/failure.ts";
import { fileAt } from "../history/file-at.ts";
import { openRepository, type Repository } from "../history/repository.ts";
import { Slots, slotsFolder } from "../workplace/slots.ts";
import { TreeIds } from "../workplace/tree-ids.ts";
import type { Age } from "./age.ts";
import { Ages } from "./ages.ts";
import { recipeOf } from "./arch.ts";
import { buildInSlot, configInSlot, probeInSlot, recipeNameOf, type SlotBuild } from "./build.ts";
import { KernelCache, usualKernelBytes } from "./cache.ts";
import { compareTokens, fits, objectsToCompare, type Side } from "./compare.ts";
import { KnownFiles } from "./compiled-files-store.ts";
import { type Compiler, type CompilerWish, usualWish } from "./compiler.ts";
import { Compilers, type Order } from "./compilers.ts";
import { type ConfigRequest, requestAtAge, requestOf } from "./configure.ts";
import { buildFitting, type Fitted } from "./fitting.ts";
import { inputsKey, KnownBuilds } from "./inputs.ts";
import type {
  Arch,
  BuildControl,
  BuildResult,
  Comparison,
  ConfigChange,
  FailedBuild,
  KernelBuilder,
  KernelSpec,
  LeasedKernel,
} from "./kernel.ts";
import { seenFolders } from "./make.ts";
import { KnownManifests } from "./objects/manifest-store.ts";
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
  /** Which compilers may build; default: any of this machine, `gcc` first. */
  readonly compilers?: CompilerWish;
  /** The architecture that one is looked for at once; without it, with the first build. */
  readonly arch?: Arch;
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
  const compilers = new Compilers(options.compilers ?? usualWish);
  if (options.arch !== undefined) await compilers.for(options.arch);
  await mkdir(join(options.cache, "ccache"), { recursive: true });
  const known = await KnownBuilds.open(options.cache);
  const compiled = await KnownFiles.open(options.cache);
  const manifests = await KnownManifests.open(options.cache);
  const kernels = await KernelCache.open(options.cache, options.cacheBytes ?? usualKernelBytes);
  const folder = await slotsFolder(join(options.cache, "slots"), repository.gitDir);
  const count = (options.sandbox ?? true) ? Math.max(1, options.slots ?? 1) : 1;
  const slots = new Slots(count, async (signal) => {
    await mkdir(folder, { recursive: true });
    return Slot.claim(folder, repository, signal);
  });
  const stores = { known, compiled, manifests, kernels };
  return new Builder(options, repository, compilers, stores, slots, count);
}

/** What a cache folder keeps of builds. */
interface Stores {
  readonly known: KnownBuilds;
  readonly compiled: KnownFiles;
  readonly manifests: KnownManifests;
  readonly kernels: KernelCache;
}

/** A kernel that was asked for, as far as it does not depend on the compiler. */
interface Asked {
  readonly spec: KernelSpec;
  /** Id of the commit's tree. */
  readonly tree: string;
  readonly age: Age | null;
  /** The config as its age takes it, and what is asked otherwise for that. */
  readonly request: ConfigRequest;
  readonly changes: readonly ConfigChange[];
}

/** What a built kernel is told with, beside what the cache knows of it. */
function told({ name }: Compiler, { changes }: Asked) {
  return { toolchain: name, ...(changes.length > 0 && { configChanges: changes }) };
}

class Builder implements KernelBuilder {
  readonly slots: number;
  readonly #options: BuilderOptions;
  readonly #repository: Repository;
  readonly #treeIds: TreeIds;
  readonly #ages: Ages;
  readonly #compilers: Compilers;
  readonly #known: KnownBuilds;
  readonly #compiled: KnownFiles;
  readonly #manifests: KnownManifests;
  readonly #kernels: KernelCache;
  readonly #slots: Slots<Slot>;
  readonly #closing = new AbortController();
  /** Builds that failed for the tree's own reasons: they would again, as long as this process lives. */
  readonly #failed = new Map<string, FailedBuild>();
  readonly #running = new Set<Promise<unknown>>();

  constructor(
    options: BuilderOptions,
    repository: Repository,
    compilers: Compilers,
    { known, compiled, manifests, kernels }: Stores,
    slots: Slots<Slot>,
    count: number,
  ) {
    this.#options = options;
    this.#repository = repository;
    this.#treeIds = new TreeIds(repository);
    this.#ages = new Ages(repository);
    this.#compilers = compilers;
    this.#known = known;
    this.#compiled = compiled;
    this.#manifests = manifests;
    this.#kernels = kernels;
    this.#slots = slots;
    this.slots = count;
  }

  build(spec: KernelSpec, control: BuildControl = {}): Promise<BuildResult> {
    return this.#untilClosed(control, (signal) => this.#build(spec, control, signal));
  }

  compare(one: KernelSpec, other: KernelSpec, control: BuildControl = {}): Promise<Comparison> {
    return this.#untilClosed(control, (signal) => this.#compare(one, other, control, signal));
  }

  /** Does what takes long; closing the builder ends it and waits for it. */
  async #untilClosed<T>(
    control: BuildControl,
    act: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const signal = AbortSignal.any([
      this.#closing.signal,
      ...(control.signal ? [control.signal] : []),
    ]);
    const running = act(signal);
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
    return this.#compiled.get(await this.#keyFor(await this.#askedFor(spec, either), either));
  }

  file(commit: string, path: string, signal: AbortSignal): Promise<string | null> {
    const either = AbortSignal.any([this.#closing.signal, signal]);
    return fileAt(this.#repository, commit, path, { signal: either });
  }

  async configOf(spec: KernelSpec, given: AbortSignal): Promise<string> {
    const signal = AbortSignal.any([this.#closing.signal, given]);
    const asked = await this.#askedFor(spec, signal);
    const [compiler] = await this.#inOrder(asked);
    return this.#slots.lend(signal, (slot) =>
      configInSlot(slot, this.#slotBuildOf(asked, compiler, { signal })),
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
    const asked = await this.#askedFor(spec, signal);
    const [first] = await this.#inOrder(asked);
    const clean = control.clean ?? false;
    // Where builds are not isolated, their path is the slot's own, known once there is a slot.
    if (this.#sandboxed && !clean) {
      const answer = await this.#answered(asked, first, "", seconds);
      if (answer !== null) return answer;
    }
    return this.#slots.lend(signal, async (slot) => {
      // Another build of this process may have answered it, or passed a compiler over, while this one waited.
      const order = await this.#inOrder(asked);
      const late = clean ? null : await this.#answered(asked, order[0], slot.tree.src, seconds);
      if (late !== null) return late;
      const buildWith = (compiler: Compiler) =>
        this.#slotBuildOf(asked, compiler, { ...control, signal });
      const fitted = await buildFitting(order, asked.age, {
        build: (compiler) => buildInSlot(slot, buildWith(compiler)),
        probe: (compiler, object) => probeInSlot(slot, buildWith(compiler), object),
        isProven: (compiler) => this.#compilers.hasBuilt(compiler, asked.age),
      });
      return this.#take(asked, fitted, slot.tree.src, seconds);
    });
  }

  /** Remembers what came of a build, and says it. */
  async #take(
    asked: Asked,
    { compiler: by, result, stumbled }: Fitted,
    src: string,
    seconds: () => number,
  ): Promise<BuildResult> {
    const key = this.#keyOf(asked, by, src);
    const passedOver = this.#compilers.passOver(stumbled, asked.age);
    if (result.kind === "failed") {
      const { stage, excerpt, compiler } = result;
      const failed = { kind: "failed", stage, excerpt, compiler, seconds: seconds() } as const;
      this.#failed.set(key, failed);
      return failed;
    }
    this.#compilers.built(by, asked.age);
    const { signature, compiler, dropped, compiled, manifest, files } = result;
    await this.#mustBeAsBefore(asked.spec, key, signature);
    if (compiled !== null) await this.#compiled.set(key, compiled);
    await this.#manifests.set(key, compiled === null ? null : manifest);
    await this.#kernels.store(signature, files);
    const known = { signature, compiler, dropped: [...dropped] };
    await this.#known.set(key, known);
    const objects = manifest?.objects.size;
    return {
      ...{ kind: "built", ...known, ...told(by, asked) },
      ...(passedOver.length > 0 && { passedOver }),
      ...{ seconds: seconds(), cached: false },
      ...(objects === undefined ? {} : { objects }),
    };
  }

  #slotBuildOf(
    { spec, request }: Asked,
    compiler: Compiler,
    { clean = false, onProgress, signal }: BuildControl & { readonly signal: AbortSignal },
  ): SlotBuild {
    return {
      commit: spec.commit,
      patches: spec.patches,
      request,
      configs: join(this.#options.cache, "configs"),
      setting: {
        ccache: join(this.#options.cache, "ccache"),
        sandboxed: this.#sandboxed,
        arch: spec.arch,
        compiler,
        jobs: this.#jobs,
        nice: this.#options.nice ?? 0,
        deadline: this.#options.deadline ?? 3600,
        signal,
      },
      clean,
      onProgress,
    };
  }

  /** What is known without building. What an earlier version built is built again, once. */
  async #answered(
    asked: Asked,
    by: Compiler,
    src: string,
    seconds: () => number,
  ): Promise<BuildResult | null> {
    const key = this.#keyOf(asked, by, src);
    const failed = this.#failed.get(key);
    if (failed !== undefined) return { ...failed, seconds: seconds() };
    const known = await this.#known.get(key);
    if (known === null || !(await this.#kernels.has(known.signature))) return null;
    if (!(await this.#manifests.has(key))) return null;
    this.#compilers.built(by, asked.age);
    const objects = (await this.#manifests.get(key))?.objects.size;
    return {
      ...{ kind: "built", ...known, ...told(by, asked) },
      ...{ seconds: seconds(), cached: true },
      ...(objects === undefined ? {} : { objects }),
    };
  }

  async #compare(
    one: KernelSpec,
    other: KernelSpec,
    control: BuildControl,
    signal: AbortSignal,
  ): Promise<Comparison> {
    const [mine, yours] = [await this.#askedFor(one, signal), await this.#askedFor(other, signal)];
    const [[compiler], [second]] = [await this.#inOrder(mine), await this.#inOrder(yours)];
    if (compiler !== second) return { kind: "different", why: "other compilers built them" };
    const [ours, theirs] = [await this.#sideOf(mine, signal), await this.#sideOf(yours, signal)];
    if (ours === null || theirs === null) {
      return { kind: "unknown", why: "it is not known what they were linked of" };
    }
    const wanted = await objectsToCompare(this.#repository, ours, theirs, signal);
    if (wanted.kind !== "objects") return wanted;
    const { objects } = wanted;
    return this.#slots.lend(signal, async (slot) => {
      const isFit = () => fits(slot.out, objects, ours.manifest, theirs.manifest);
      const build = this.#slotBuildOf(yours, compiler, { ...control, signal });
      if (!slot.isSettled(recipeNameOf(build)) || !(await isFit())) {
        const built = await buildInSlot(slot, build);
        if (built.kind === "failed" || !(await isFit())) {
          return { kind: "unknown", why: "their sources cannot be prepared as they were built" };
        }
      }
      return compareTokens(slot, other, one, objects, build.setting);
    });
  }

  async #sideOf(asked: Asked, signal: AbortSignal): Promise<Side | null> {
    const key = await this.#keyFor(asked, signal);
    const [manifest, compiled] = [await this.#manifests.get(key), await this.#compiled.get(key)];
    return manifest === null || compiled === null ? null : { spec: asked.spec, manifest, compiled };
  }

  async #keyFor(asked: Asked, signal: AbortSignal): Promise<string> {
    const [compiler] = await this.#inOrder(asked);
    if (this.#sandboxed) return this.#keyOf(asked, compiler, "");
    return this.#slots.lend(signal, async (slot) => this.#keyOf(asked, compiler, slot.tree.src));
  }

  /** A kernel that was built before and evicted must come out the same. */
  async #mustBeAsBefore(spec: KernelSpec, key: string, signature: string): Promise<void> {
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

  /** Everything about `spec` that does not depend on the compiler. */
  async #askedFor(spec: KernelSpec, signal: AbortSignal): Promise<Asked> {
    recipeOf(spec.arch);
    const request = requestOf(spec.config);
    const tree = await this.#treeIds.of(spec.commit, signal);
    const age = await this.#ages.of(spec.commit, tree, signal);
    return { spec, tree, age, ...requestAtAge(request, age) };
  }

  #inOrder({ spec, age }: Asked): Promise<Order> {
    return this.#compilers.inOrder(spec.arch, age, spec.compilers);
  }

  #keyOf({ spec, tree, changes }: Asked, compiler: Compiler, src: string): string {
    const seen = seenFolders({ sandboxed: this.#sandboxed, src, out: "", ccache: "" });
    return inputsKey({
      tree,
      patches: spec.patches,
      arch: spec.arch,
      config: spec.config,
      changes,
      compiler: compiler.identity,
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
