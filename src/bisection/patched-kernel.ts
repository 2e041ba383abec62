import type { AppliedBackport, EventOf, KernelId } from "../event/index.ts";
import { configOf, kernelIdFor } from "./standing-kernel.ts";
import { type BisectionState, startOf } from "./state.ts";
import { record, type Step, work } from "./step.ts";
import { backportKey } from "./tried-keys.ts";

/** A fix to bring to a commit where it is missing. */
export interface WantedFix {
  readonly fix: string;
  readonly guilty: string | null;
  readonly source: AppliedBackport["source"];
}

/** A kernel with all fixes that apply, or what has to be looked at before it is known. */
export type PatchedKernel =
  | {
      readonly kind: "kernel";
      readonly kernel: KernelId;
      readonly patches: readonly string[];
      readonly backports: readonly AppliedBackport[];
    }
  | { readonly kind: "step"; readonly step: Step };

/**
 * The kernel of `commit` with the fixes that the bisection began with and those of `found`, in order, as far as
 * they are missing there and apply, each over those before it.
 */
export function patchedKernel(
  state: BisectionState,
  commit: string,
  found: readonly string[],
): PatchedKernel {
  const patches: string[] = [];
  const backports: AppliedBackport[] = [];
  for (const { fix, guilty, source } of wantedFixes(state, found)) {
    const over = backports.map((applied) => applied.fix);
    const tried = state.backports.get(backportKey(commit, fix, over));
    if (tried === undefined) {
      return {
        kind: "step",
        step: work({ task: "try-backport", commit, fix, guilty, source, over }),
      };
    }
    if (tried.patch === null) continue;
    patches.push(tried.patch);
    backports.push({ fix, title: tried.title, source });
  }
  return { kind: "kernel", kernel: kernelIdFor(state, commit, patches), patches, backports };
}

function wantedFixes(state: BisectionState, found: readonly string[]): readonly WantedFix[] {
  const known = startOf(state).backports ?? [];
  return [
    ...known.map(({ fix, guilty }) => ({ fix, guilty, source: "known" as const })),
    ...found.map((fix) => ({ fix, guilty: null, source: "found" as const })),
  ];
}

type Planned = EventOf<"kernel-planned">;

/** Decides that such a kernel is built; `config`: another than kernels have now, `change`: what it has beside fixes. */
export function planPatched(
  state: BisectionState,
  commit: string,
  made: Pick<Extract<PatchedKernel, { kind: "kernel" }>, "kernel" | "patches" | "backports"> & {
    readonly config?: string;
    readonly change?: Planned["change"];
  },
  purpose: Planned["purpose"],
): Step {
  const { arch } = startOf(state);
  const { kernel, patches, backports, config = configOf(state), change } = made;
  return record({
    ...{ kind: "kernel-planned", kernel, commit, patches: [...patches], config, arch, purpose },
    ...(backports.length > 0 && { backports: [...backports] }),
    ...(change && { change }),
  });
}
