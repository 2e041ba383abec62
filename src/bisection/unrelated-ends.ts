import { Failure } from "../failure/failure.ts";
import type { Repository } from "../history/repository.ts";

/** Why nothing can be searched between two ends that no history joins; `what`: what the other one is. */
export function unrelatedEnds(
  crashes: { readonly name: string },
  other: { readonly name: string; readonly what: "clean end" | "head" },
  { shallow }: Repository,
  facts: Readonly<Record<string, string>>,
): Failure {
  return new Failure(
    "history-missing",
    `${crashes.name} and ${other.name} have no common history`,
    {
      facts,
      hint: shallow
        ? "the clone is shallow: `git fetch --unshallow`"
        : `name a ${other.what} from the same history`,
    },
  );
}
