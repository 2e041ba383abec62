import type { Expect } from "./expect.ts";
import type { Job } from "./schema.ts";

/** What of a number counts as the bug. */
interface Measured {
  readonly worse: "higher" | "lower";
  readonly threshold?: number;
  readonly atLeast: number;
}

/** What counts as the bug, as a job says it. */
export type JobExpectation =
  | { readonly kind: "title"; readonly title: string }
  | { readonly kind: "pattern"; readonly pattern: string }
  | { readonly kind: "predicate" }
  | { readonly kind: "any-crash" }
  | { readonly kind: "boot-fails" }
  | { readonly kind: "build-fails"; readonly message: string | null }
  | { readonly kind: "hangs"; readonly who: "machine" | "reproducer" }
  | { readonly kind: "message"; readonly pattern: string; readonly is: "present" | "absent" }
  | {
      readonly kind: "test";
      readonly name: string;
      readonly is: "failing" | "passing";
      readonly missing: "nothing" | "failing" | "passing";
    }
  | ({ readonly kind: "number"; readonly pattern: string } & Measured)
  | ({ readonly kind: "boot-time"; readonly until: string | null } & Measured);

/** What `job` says counts as the bug; null where the crashing commit says it. */
export function expectationOf(job: Job): JobExpectation | null {
  if (job.kind === "program" && job.program.predicate !== undefined) return { kind: "predicate" };
  return job.expect === undefined ? null : expectationIn(job.expect);
}

/** The same of the job's key alone, which is valid. */
export function expectationIn(expect: Expect): JobExpectation {
  const { title, pattern, build, message, hangs, test, number, until = null } = expect;
  if (title !== undefined) return { kind: "title", title };
  if (pattern !== undefined) return { kind: "pattern", pattern };
  if (expect.crash !== undefined) return { kind: "any-crash" };
  if (expect.boot !== undefined) return { kind: "boot-fails" };
  if (build !== undefined) return { kind: "build-fails", message: message ?? null };
  if (hangs !== undefined) return { kind: "hangs", who: hangs === true ? "machine" : hangs };
  if (message !== undefined) {
    return { kind: "message", pattern: message, is: expect.is === "absent" ? "absent" : "present" };
  }
  if (test !== undefined) {
    const { is, missing = "nothing" } = expect;
    return { kind: "test", name: test, is: is === "passing" ? "passing" : "failing", missing };
  }
  const measured: Measured = {
    worse: expect.worse ?? "higher",
    ...(expect.threshold !== undefined && { threshold: expect.threshold }),
    atLeast: expect["at-least"] ?? 0,
  };
  return number === undefined
    ? { kind: "boot-time", until, ...measured }
    : { kind: "number", pattern: number, ...measured };
}

/** Whether what counts as the bug shows without anything being run in the guest but its first process. */
export function needsNoReproducer({ kind }: JobExpectation): boolean {
  return ["boot-fails", "build-fails", "message", "test", "number", "boot-time"].includes(kind);
}
