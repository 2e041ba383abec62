import type { EventOf, Host } from "../../event/index.ts";
import type { Job } from "../../job/schema.ts";
import { targetFacts } from "../target-facts.ts";
import { findLender } from "./find-lender.ts";

/**
 * What an earlier bisection below `root` would lend to one of `job` that began now; `wanted` as of `findLender`,
 * which says what is thrown. Null: nothing.
 */
export async function wouldLend(
  job: Job,
  crashes: EventOf<"started">["crashes"],
  { root, tool, host }: { readonly root: string; readonly tool: string; readonly host: Host },
  wanted: string,
): Promise<EventOf<"evidence-offered"> | null> {
  const { policy } = job;
  const facts = { ...(await targetFacts(job, host)), tool, host, job, policy };
  return findLender(root, { id: "", crashes, ...facts }, wanted);
}
