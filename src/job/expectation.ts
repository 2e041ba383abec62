import type { Job } from "./schema.ts";

/** What counts as the bug, as a job says it. */
type Expectation =
  | { readonly kind: "title"; readonly title: string }
  | { readonly kind: "pattern"; readonly pattern: string }
  | { readonly kind: "predicate" };

/** What `job` says counts as the bug; null where the crashing commit says it. */
export function expectationOf(job: Job): Expectation | null {
  if (job.kind === "program" && job.program.predicate !== undefined) return { kind: "predicate" };
  if (job.expect === undefined) return null;
  return "title" in job.expect
    ? { kind: "title", title: job.expect.title }
    : { kind: "pattern", pattern: job.expect.pattern };
}
