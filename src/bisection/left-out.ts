import type { BisectionState } from "./state.ts";

type Proof = Pick<BisectionState, "checks" | "deeper">;

/** Whether a check of the culprit, or the search behind it, was left out for want of what the bisection may take. */
export function isLeftOut({ checks, deeper }: Proof): boolean {
  return checks.some(({ bounded }) => bounded) || deeper.at(-1)?.ended?.bounded === true;
}

/** Forgets what was left out, so that it is made. */
export function forgetLeftOut({ checks, deeper }: Proof): void {
  const made = checks.filter(({ bounded }) => !bounded);
  checks.splice(0, checks.length, ...made);
  const last = deeper.at(-1);
  if (last?.ended?.bounded) last.ended = null;
}
