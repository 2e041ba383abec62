import { parse } from "yaml";
import { Failure } from "../../failure/failure.ts";
import { type Expect, expectSchema } from "../../job/expect.ts";
import { expectationIn, needsNoReproducer } from "../../job/expectation.ts";
import type { Question } from "./question.ts";

/** The answer that stands for no reproducer. */
export const noReproducer = "none";

/**
 * What counts as the bug, as `--expect` says it: the job's key, `{boot: fails}`, or the same without its braces. Throws
 * `job-invalid` with what is wrong.
 */
export function expectIn(said: string): Expect {
  const text = said.trim();
  let value: unknown;
  try {
    value = parse(text.startsWith("{") ? text : `{${text}}`, { maxAliasCount: 0 });
  } catch (cause) {
    throw wrong(said, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const result = expectSchema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) =>
    [...path.map(String), message].join(": "),
  );
  throw wrong(said, problems.join("; "));
}

/** Whether the bug shows without a reproducer. */
export function mayLackReproducer(expect: Expect | null): boolean {
  return expect !== null && needsNoReproducer(expectationIn(expect));
}

/** The question for a reproducer where there may be none, which is the likely answer. */
export function orNone(question: Question): Question {
  return {
    ...question,
    asks: "The reproducer, or `none`",
    find: async () => noReproducer,
    check: async (answer, before) =>
      answer === noReproducer ? { value: answer } : question.check(answer, before),
  };
}

function wrong(said: string, why: string, cause?: unknown): Failure {
  return new Failure("job-invalid", `--expect ${said}: ${why}`, {
    facts: { expect: said },
    hint: 'as in docs/job.md: --expect "boot: fails", --expect "{test: suite.case, is: failing}"',
    cause,
  });
}
