import type { Repository } from "../history/repository.ts";
import { changesMoreThanCode } from "./changed-files.ts";
import type { Comparison, KernelSpec } from "./kernel.ts";
import { differenceOf } from "./objects/difference.ts";
import { commandOf, generatedHashes, type Manifest } from "./objects/manifest.ts";
import { readTokens, type TokenSetting } from "./objects/token-reader.ts";
import type { Slot } from "./slot.ts";

/** One of two kernels, and what its build left. */
export interface Side {
  readonly spec: KernelSpec;
  readonly manifest: Manifest;
  /** The files that its build has read. */
  readonly compiled: readonly string[];
}

/**
 * Most objects whose sources are preprocessed for one comparison: 1,000 take 330 CPU seconds. Kernels that
 * differ in more than line numbers mostly do in the first.
 */
const mostObjects = 1000;

/**
 * Which objects must have the same tokens, that two kernels differ in nothing but line numbers; or why
 * they differ in more, as far as that can be told without looking into sources.
 */
export async function objectsToCompare(
  repository: Repository,
  one: Side,
  other: Side,
  signal: AbortSignal,
): Promise<Comparison | { readonly kind: "objects"; readonly objects: readonly string[] }> {
  if (JSON.stringify(rest(one.spec)) !== JSON.stringify(rest(other.spec))) {
    return different("their patches or configs differ");
  }
  const [a, b] = [one.spec.commit, other.spec.commit];
  const compiled = new Set([...one.compiled, ...other.compiled]);
  const changed = await changesMoreThanCode(repository, a, b, compiled, signal);
  if (changed !== null) return different(changed);
  const difference = differenceOf(one.manifest, other.manifest);
  if (difference.kind === "more") return different(difference.why);
  const { length } = difference.objects;
  if (length > mostObjects) return { kind: "unknown", why: `${length} objects differ` };
  return difference;
}

function rest({ commit: _, compilers: __, ...others }: KernelSpec): unknown {
  return others;
}

/**
 * Whether `out` has the commands of `objects` and the generated files of both kernels, so that its slot
 * serves to look at the sources of both.
 */
export async function fits(
  out: string,
  objects: readonly string[],
  one: Manifest,
  other: Manifest,
): Promise<boolean> {
  const generated = new Map([...one.generated, ...other.generated]);
  const there = await generatedHashes(out, generated.keys());
  for (const [path, hash] of generated) if (there?.get(path) !== hash) return false;
  for (const path of objects) {
    const command = await commandOf(out, path);
    if (command?.hash !== one.objects.get(path)?.command) return false;
  }
  return true;
}

/**
 * Whether the tokens of `objects` are those of the other kernel but for line numbers, their sources taken
 * from `slot`, one kernel after the other. The first object alone first, mostly it says all, and then four times as
 * many each time: a merge of hundreds of files is told after a few.
 * Throws what {@link Slot.prepareSource} and {@link readTokens} throw.
 */
export async function compareTokens(
  slot: Slot,
  one: KernelSpec,
  other: KernelSpec,
  objects: readonly string[],
  setting: Omit<TokenSetting, "src" | "out">,
): Promise<Comparison> {
  const read = async (spec: KernelSpec, paths: readonly string[]) => {
    await slot.prepareSource(spec.commit, spec.patches, setting.signal);
    return readTokens(paths, { ...setting, src: slot.tree.src, out: slot.out });
  };
  // The source of the last one is there already: each change of it is done once.
  let [first, second] = [one, other];
  let end = 0;
  for (let count = 1; end < objects.length; count *= 4) {
    const paths = objects.slice(end, end + count);
    end += paths.length;
    const ours = await read(first, paths);
    const theirs = await read(second, paths);
    for (const [n, path] of paths.entries()) {
      const [a, b] = [ours[n], theirs[n]];
      for (const tokens of [a, b]) {
        if (tokens?.kind === "refused") return different(`${path} differs, and ${tokens.why}`);
      }
      if (a?.kind !== "tokens" || b?.kind !== "tokens" || a.hash !== b.hash) {
        return different(`the code of ${path} differs`);
      }
    }
    [first, second] = [second, first];
  }
  return { kind: "equal", objects: objects.length };
}

function different(why: string): Comparison {
  return { kind: "different", why };
}
