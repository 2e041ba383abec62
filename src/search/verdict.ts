import type { Evidence } from "./policy.ts";

/** Which side of the change a commit lies on, or that it cannot be told. */
export type Verdict = "before" | "after" | "untestable";

/**
 * What a policy without probabilities takes the runs of a commit to say: one crash of this bug is
 * enough for the side that `crashMeans` names; clean runs alone mean the other side; a commit with
 * neither, or one that is marked so, is untestable. Crashes of something else say nothing.
 */
export function verdictOf(
  evidence: Pick<Evidence, "crashed" | "clean" | "untestable">,
  crashMeans: "before" | "after",
): Verdict {
  if (evidence.untestable) return "untestable";
  if (evidence.crashed > 0) return crashMeans;
  if (evidence.clean > 0) return crashMeans === "after" ? "before" : "after";
  return "untestable";
}
