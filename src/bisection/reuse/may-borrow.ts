import type { EventOf, KernelId } from "../../event/index.ts";
import type { BisectionState } from "../state.ts";

type Offered = EventOf<"evidence-offered">["kernels"][number];

/**
 * What an earlier bisection has to lend to `kernel`: runs of a kernel with its very signature, which was built here,
 * too. Null: nothing, or it was taken over. Of several kernels with that signature the first one borrows: their runs
 * are pooled, and count once.
 */
export function mayBorrow(state: BisectionState, kernel: KernelId): Offered | null {
  const { offer, reused, firstBuilt } = state;
  const known = state.kernels.get(kernel);
  if (offer === null || known?.built == null || known.purpose === "minimise") return null;
  const { signature } = known.built;
  if (firstBuilt.get(signature) !== kernel || reused.has(kernel)) return null;
  return offer.kernels.find((offered) => offered.signature === signature) ?? null;
}
