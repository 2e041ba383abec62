import { kernelIdOf, reconfiguredKernelId } from "../event/index.ts";
import { words } from "./grammar.ts";
import type { KernelSummary, Summary } from "./summary.ts";
import { buildLines } from "./test-block.ts";

/**
 * Whether the culprit changes the kernel at all: its signature and its parent's, below a block for
 * the parent where that was built but not tested (`tested` knows the kernels that have a block).
 * Nothing where the culprit was not built, is a merge, or is not described.
 */
export function noopLines(
  summary: Summary,
  culprit: string,
  tested: ReadonlySet<string>,
): string[] {
  const parents = summary.commits.get(culprit)?.parents ?? [];
  const [parent] = parents;
  const mine = builtKernelOf(summary, culprit);
  if (parent === undefined || parents.length > 1 || mine?.build?.kind !== "built") return [];
  const other = builtKernelOf(summary, parent);
  if (other === null) return [`${words.noopUnknown}the parent was not built`];
  const block = tested.has(other.kernel) ? [] : untestedLines(parent, other);
  if (other.build?.kind !== "built") {
    return [...block, `${words.noopUnknown}the parent does not build`];
  }
  return [
    ...block,
    `${words.culpritSignature}${mine.build.signature}`,
    `${words.parentSignature}${other.build.signature}`,
  ];
}

function untestedLines(parent: string, kernel: KernelSummary): string[] {
  return [`${words.parentUntested}${parent} wasn't tested`, ...buildLines(parent, kernel.build)];
}

/** The newest kernel of `commit` with fixes over it, else that of the commit itself, if its build has ended. */
function builtKernelOf(summary: Summary, commit: string): KernelSummary | null {
  const { config, started } = summary;
  const used = config ?? (started?.kind === "started" ? started.config : null);
  const patched = [...summary.kernels.values()].findLast(
    (kernel) => kernel.commit === commit && kernel.backports.length > 0 && kernel.config === used,
  );
  if (patched?.build) return patched;
  const id = config === null ? kernelIdOf(commit) : reconfiguredKernelId(commit, config);
  const kernel = summary.kernels.get(id);
  return kernel === undefined || kernel.build === null ? null : kernel;
}
