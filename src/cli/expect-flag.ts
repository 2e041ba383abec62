import { parse } from "yaml";
import { Failure } from "../failure/failure.ts";
import { type Expect, expectSchema } from "../job/expect.ts";

/** No aliases, and what is wrong is an error alone. */
const options = { maxAliasCount: 0, logLevel: "error" } as const;

/**
 * What counts as the bug, as `--expect` says it: the job's key, `{boot: fails}`, or the same without its braces; a title
 * without quotes is taken to the letter, though titles have colons. Throws `job-invalid` with what is wrong.
 */
export function expectIn(said: string): Expect {
  const text = said.trim();
  let value: unknown;
  try {
    value = titled(text) ?? parse(text.startsWith("{") ? text : `{${text}}`, options);
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

function titled(text: string): { readonly title: string } | null {
  const [, title] = /^title:\s*([^"'\s].*)$/.exec(text) ?? [];
  return title === undefined ? null : { title };
}

function wrong(said: string, why: string, cause?: unknown): Failure {
  return new Failure("job-invalid", `--expect ${said}: ${why}`, {
    facts: { expect: said },
    hint: 'as in docs/job.md: --expect "boot: fails", --expect "{test: suite.case, is: failing}"',
    cause,
  });
}
