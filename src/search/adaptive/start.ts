import { type Question, runsOf } from "./question.ts";

/** Whether the crash was seen where it must be seen. */
export type Start =
  | { readonly kind: "seen" }
  | { readonly kind: "look"; readonly commit: number; readonly runs: number; readonly why: string }
  | { readonly kind: "never"; readonly why: string };

/** Crashes after which the bug is known well enough. */
const seenOftenEnough = 3;
/** Runs in all at which to look again; after the last it is given up, or gone on with what was seen. */
const looks = [3, 10, 20, 40, 70, 100] as const;

/** What is still to be seen of the end that must crash: `after` when the cause is searched. */
export function startOf({ crashMeans, after, before, observations }: Question): Start {
  const commit = crashMeans === "after" ? after : before[0];
  if (commit === undefined) return { kind: "seen" };
  const seen = observations.find((one) => one.commit === commit);
  if (seen?.override === crashMeans) return { kind: "seen" };
  if (seen?.untestable) return { kind: "never", why: "the crashing commit cannot be tested" };
  const crashed = seen?.crashed ?? 0;
  const made = seen === undefined ? 0 : runsOf(seen);
  if (crashed >= seenOftenEnough) return { kind: "seen" };
  const next = looks.find((look) => look > made);
  if (next !== undefined) {
    const why =
      made === 0
        ? "the crash must be seen where it was reported"
        : `${crashed} of ${made} runs crashed: too few to know the bug by`;
    return { kind: "look", commit, runs: next - made, why };
  }
  if (crashed > 0) return { kind: "seen" };
  return { kind: "never", why: `no crash in ${made} runs of the crashing commit` };
}
