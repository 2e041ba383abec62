import type { Age } from "./age.ts";
import type { FailedMake, SlotResult } from "./build.ts";
import type { Compiler } from "./compiler.ts";
import { fitOf } from "./compiler-ages.ts";

/** How one compiler is tried on one kernel. */
export interface Tries {
  build(compiler: Compiler): Promise<SlotResult>;
  /** Null: it gets past what every kernel has, and past `object`. */
  probe(compiler: Compiler, object: string | null): Promise<FailedMake | null>;
  /** Whether it built a kernel of this age before. */
  isProven(compiler: Compiler): boolean;
}

/** A compiler that stumbled, and over what. */
export interface Stumbled {
  readonly compiler: Compiler;
  readonly excerpt: readonly string[];
}

/** What came of a kernel, by which compiler, and those that do not build it though this one does. */
export interface Fitted {
  readonly compiler: Compiler;
  readonly result: SlotResult;
  readonly stumbled: readonly Stumbled[];
}

/** Other compilers that are asked about one failure: each costs the preparations of a build. */
const mostOthers = 3;

/**
 * Builds one kernel with the first of `order` (not empty) that can.
 *
 * Where the tables speak against a compiler that has built nothing of this age, a probe comes before its
 * build. Where a build fails in a way that a compiler could be the reason for, the others are asked to
 * compile the object that failed; only if one can, and builds the rest too, is it the compiler that is to
 * blame and not the commit.
 */
export async function buildFitting(
  order: readonly Compiler[],
  age: Age | null,
  tries: Tries,
): Promise<Fitted> {
  const probed: Stumbled[] = [];
  for (const [place, compiler] of order.entries()) {
    const others = order.slice(place + 1, place + 1 + mostOthers);
    const isDoubtful = fitOf(compiler, age) !== "known" && !tries.isProven(compiler);
    if (isDoubtful && order.length > 1) {
      const failed = await tries.probe(compiler, null);
      if (failed !== null) {
        probed.push({ compiler, excerpt: failed.excerpt });
        if (probed.length <= mostOthers) continue;
        break;
      }
    }
    const result = await tries.build(compiler);
    if (result.kind === "built" || !mayBeCompilers(result)) {
      return { compiler, result, stumbled: probed };
    }
    const better = await past(result, others, tries);
    if (better === null) return { compiler, result, stumbled: probed };
    return { ...better, stumbled: [...probed, { compiler, excerpt: result.excerpt }] };
  }
  // None gets past the probe: that is the commit's doing, not theirs.
  const [{ compiler, excerpt }] = probed as [Stumbled];
  const failed = { kind: "failed", stage: "build", object: null } as const;
  return { compiler, result: { ...failed, excerpt, compiler: compiler.identity }, stumbled: [] };
}

type Failed = Extract<SlotResult, { kind: "failed" }>;

/** The first of `others` that gets past the object that failed, if it builds all of the kernel. */
async function past(
  failed: Failed,
  others: readonly Compiler[],
  tries: Tries,
): Promise<Pick<Fitted, "compiler" | "result"> | null> {
  for (const compiler of others) {
    if ((await tries.probe(compiler, failed.object)) !== null) continue;
    const result = await tries.build(compiler);
    return result.kind === "built" ? { compiler, result } : null;
  }
  return null;
}

/** What is wrong in C whoever reads it. */
const wrongInC =
  /: (?:fatal )?error: .*(?:undeclared|implicit declaration|undefined identifier|expected |has no member|no member named|conflicting types|redefinition|unknown type name|too (?:few|many) arguments|incomplete type|invalid operands|No such file or directory|file not found)|No rule to make target|undefined reference|undefined symbol/;

/**
 * Whether another compiler might build what this one failed on. Not where no object failed to compile, and
 * not where the first error is one of C itself: most commits that do not build are of that kind, and to ask
 * other compilers about them costs minutes.
 */
export function mayBeCompilers({ stage, excerpt, object }: Failed): boolean {
  if (stage === "config") return excerpt.some((line) => /compiler|assembler|linker/i.test(line));
  if (stage !== "build" || object === null) return false;
  const first = excerpt.find((line) => line.includes("error:")) ?? excerpt[0] ?? "";
  return !wrongInC.test(first.slice(0, 2000));
}
