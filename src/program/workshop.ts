import { randomUUID } from "node:crypto";
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { asFailure, Failure } from "../failure/failure.ts";
import { openRepository, type Repository } from "../history/repository.ts";
import type { ProgramJob } from "../job/schema.ts";
import { sweepLeftovers } from "../workplace/leftovers.ts";
import { sha256 } from "../workplace/sha256.ts";
import type { LeasedFolder } from "../workplace/shared-cache.ts";
import { Slots, slotsFolder } from "../workplace/slots.ts";
import { TreeIds } from "../workplace/tree-ids.ts";
import { buildInSlot } from "./build.ts";
import { BuiltTrees, usualTreeBytes } from "./built-trees.ts";
import { predicateWords, runCommand, seenTree, shellWords } from "./command.ts";
import { copyTree, removeTree } from "./copy-tree.ts";
import type { Isolation, ProgramBuild, ProgramRun, ProgramSpec } from "./program.ts";
import { ProgramSlot } from "./program-slot.ts";

/** Changes whenever the same tree would be built in another way. */
const formatVersion = 1;

/** Bytes of an output that are read: what a command may print before it is stopped, and more. */
const mostOutput = 128 * 1024 ** 2;

/** What a workshop is made of. */
export interface WorkshopOptions {
  readonly job: ProgramJob["program"];
  /** Folder of slots and built trees; shared by all bisections of this user. */
  readonly cache: string;
  readonly isolation: Isolation;
  /** Builds at once. */
  readonly builds: number;
  /** Bytes that built trees may take; default 10 GiB. Slots come on top. */
  readonly cacheBytes?: number;
}

/**
 * Builds the programs of one job, each once, and runs them.
 *
 * With a build command, each run is in a copy of the built tree, at the path at which it was built.
 * Without one, it is in the slot's own tree, which is kept from commit to commit.
 */
export class Workshop {
  /** Builds at once; and runs, where these need a slot. */
  readonly slots: number;
  readonly #options: WorkshopOptions;
  readonly #treeIds: TreeIds;
  readonly #trees: BuiltTrees;
  readonly #slots: Slots<ProgramSlot>;
  readonly #leased = new Map<string, Promise<LeasedFolder>>();
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();

  private constructor(
    options: WorkshopOptions,
    repository: Repository,
    trees: BuiltTrees,
    slots: Slots<ProgramSlot>,
    count: number,
  ) {
    this.#options = options;
    this.#treeIds = new TreeIds(repository);
    this.#trees = trees;
    this.#slots = slots;
    this.slots = count;
  }

  /**
   * A workshop for `options.job`.
   * Throws `repository-not-found`, `repository-not-readable`, or the system's own error.
   */
  static async open(options: WorkshopOptions): Promise<Workshop> {
    const repository = await openRepository(options.job.repo);
    const all = join(options.cache, "program-slots");
    await mkdir(all, { recursive: true, mode: 0o700 });
    await sweepLeftovers(options.cache);
    const folder = await slotsFolder(all, repository.gitDir);
    // On the host a tree is built at its slot's own path, which what is built may tell.
    const count = options.isolation === "sandbox" ? options.builds : 1;
    const slots = new Slots(count, async (signal) => {
      await mkdir(folder, { recursive: true });
      return ProgramSlot.claim(folder, repository, signal);
    });
    const trees = await BuiltTrees.open(options.cache, options.cacheBytes ?? usualTreeBytes);
    return new Workshop(options, repository, trees, slots, count);
  }

  /**
   * Builds the program of `spec`, or finds it in the cache; or says why it cannot be built.
   *
   * Throws a `Failure` where this machine could not do its part, `commit-not-found`, or `interrupted`.
   */
  build(spec: ProgramSpec, signal: AbortSignal): Promise<ProgramBuild> {
    return this.#do(signal, (either) => this.#build(spec, either));
  }

  /**
   * Runs the job's command, what it prints going to the file `output`. `signature`: of the build; a tree
   * that was evicted is built again. Throws as {@link Workshop.build} does.
   */
  run(
    spec: ProgramSpec,
    { signature, output }: { readonly signature: string; readonly output: string },
    signal: AbortSignal,
  ): Promise<ProgramRun> {
    return this.#do(signal, (either) =>
      this.#options.job.build === undefined
        ? this.#runInSlot(spec, output, either)
        : this.#runInCopy(spec, signature, output, either),
    );
  }

  /** Ends what runs, waits for it, gives back slots and leases. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#underWay);
    await this.#slots.close();
    await this.#treeIds.close();
    this.#leased.clear();
    await this.#trees.close();
  }

  async #do<T>(signal: AbortSignal, act: (either: AbortSignal) => Promise<T>): Promise<T> {
    const doing = act(AbortSignal.any([this.#closing.signal, signal]));
    this.#underWay.add(doing);
    try {
      return await doing;
    } catch (error) {
      throw asFailure(error);
    } finally {
      this.#underWay.delete(doing);
    }
  }

  async #build(spec: ProgramSpec, signal: AbortSignal): Promise<ProgramBuild> {
    const begin = performance.now();
    const seconds = () => (performance.now() - begin) / 1000;
    const tree = await this.#treeIds.of(spec.commit, signal);
    const { build: command } = this.#options.job;
    if (command === undefined) {
      const signature = this.#signatureOf(tree, spec, "");
      return { kind: "built", signature, seconds: seconds(), cached: false };
    }
    const known = this.#signatureOf(tree, spec, seenTree("", "sandbox"));
    if (this.#isSandboxed && (await this.#trees.has(known))) {
      return { kind: "built", signature: known, seconds: seconds(), cached: true };
    }
    return this.#slots.lend(signal, async (slot) => {
      const { job, isolation } = this.#options;
      const seen = seenTree(slot.tree.src, isolation);
      const signature = this.#signatureOf(tree, spec, seen);
      // Another build of this process may have made it while this one waited.
      if (await this.#trees.has(signature)) {
        return { kind: "built", signature, seconds: seconds(), cached: true };
      }
      const recipe = this.#recipeOf(seen);
      const result = await buildInSlot(slot, spec, { job, command, isolation, recipe, signal });
      if (result.kind === "failed") return { ...result, seconds: seconds() };
      await this.#trees.store(signature, slot.tree.src, signal);
      return { kind: "built", signature, seconds: seconds(), cached: false };
    });
  }

  async #runInSlot(spec: ProgramSpec, output: string, signal: AbortSignal): Promise<ProgramRun> {
    return this.#slots.lend(signal, async (slot) => {
      const recipe = this.#recipeOf("");
      const patched = await slot.prepare(spec, { recipe, clean: false }, signal);
      if (patched.kind === "refused") {
        throw new Failure("internal", `a patch does not apply to ${spec.commit}`, {
          facts: { lines: patched.lines },
        });
      }
      const ran = await this.#command(slot.tree.src, output, signal);
      await slot.settle(recipe);
      return ran;
    });
  }

  async #runInCopy(
    spec: ProgramSpec,
    signature: string,
    output: string,
    signal: AbortSignal,
  ): Promise<ProgramRun> {
    const tree = join((await this.#treeFor(spec, signature, signal)).folder, "tree");
    if (!this.#isSandboxed) {
      // Only there it is at the path at which it was built.
      return this.#slots.lend(signal, async (slot) => {
        await slot.fill(tree, signal);
        return this.#command(slot.tree.src, output, signal);
      });
    }
    const copy = join(this.#options.cache, "running", `${process.pid}-${randomUUID()}`);
    await mkdir(copy, { recursive: true, mode: 0o700 });
    try {
      return await this.#command(copy, output, signal, copyTree(tree, copy, signal));
    } finally {
      this.#removeLater(copy);
    }
  }

  /** Nobody waits for it but `close`; what it cannot remove is swept when a workshop is opened next. */
  #removeLater(copy: string): void {
    const removing = removeTree(copy)
      .catch(() => {})
      .finally(() => this.#underWay.delete(removing));
    this.#underWay.add(removing);
  }

  /** `ready`: the tree is filled; absent: it is. */
  async #command(
    tree: string,
    output: string,
    signal: AbortSignal,
    ready?: Promise<void>,
  ): Promise<ProgramRun> {
    const { job, isolation } = this.#options;
    const words =
      job.run === undefined
        ? predicateWords(job.predicate ?? [], job, isolation)
        : shellWords(job.run);
    const ran = await runCommand({
      ...{ job, isolation, tree, words, output, signal },
      seconds: job.seconds,
      ...(ready && { ready }),
    });
    return { ...ran, output: await readOutput(output) };
  }

  #treeFor(spec: ProgramSpec, signature: string, signal: AbortSignal): Promise<LeasedFolder> {
    const leased = this.#leased.get(signature) ?? this.#lease(spec, signature, signal);
    this.#leased.set(signature, leased);
    leased.catch(() => this.#leased.delete(signature));
    return leased;
  }

  /** The built tree; one that was evicted is built again. */
  async #lease(spec: ProgramSpec, signature: string, signal: AbortSignal): Promise<LeasedFolder> {
    try {
      return await this.#trees.lease(signature);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "kernel-evicted") throw error;
    }
    const rebuilt = await this.#build(spec, signal);
    if (rebuilt.kind === "built" && rebuilt.signature === signature) {
      return this.#trees.lease(signature);
    }
    throw new Failure(
      "build-not-reproducible",
      `the build of ${spec.commit} was evicted and cannot be done again as it was`,
      { facts: { commit: spec.commit, signature }, hint: "start the bisection anew" },
    );
  }

  get #isSandboxed(): boolean {
    return this.#options.isolation === "sandbox";
  }

  /** `seen`: the path at which the build sees its tree. */
  #recipeOf(seen: string): string {
    const { build, env } = this.#options.job;
    return sha256(JSON.stringify([formatVersion, build ?? null, env, seen]));
  }

  #signatureOf(tree: string, { patches }: ProgramSpec, seen: string): string {
    return sha256(JSON.stringify([tree, patches.map(sha256), this.#recipeOf(seen)]));
  }
}

async function readOutput(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, mostOutput));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
