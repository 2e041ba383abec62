import type { Expect } from "./expect.ts";

/** What of a job has to go together with what counts as the bug. */
interface Beside {
  readonly clean?: string | undefined;
  readonly find: "cause" | "fix";
  readonly repair?: unknown;
  readonly minimize?: unknown;
}

/** What a job asks for beside an expectation, and cannot have with it. */
export function misfits(
  expect: Expect | undefined,
  { clean, find, repair, minimize }: Beside,
): readonly { readonly path: readonly string[]; readonly message: string }[] {
  if (expect === undefined) return [];
  const isNumber = expect.number !== undefined || expect["boot-time"] !== undefined;
  const found: { path: string[]; message: string }[] = [];
  if (isNumber && expect.threshold === undefined && clean === undefined && find === "cause") {
    const message =
      "is needed: how good and bad numbers part is found out at a clean end; or name the commit `clean`";
    found.push({ path: ["expect", "threshold"], message });
  }
  const isAsked = (value: unknown) => value !== undefined && value !== false;
  if (expect.build !== undefined && isAsked(repair)) {
    found.push({
      path: ["repair"],
      message: "would mend the very builds whose failure is searched for: leave it out",
    });
  }
  if ((isNumber || expect.build !== undefined) && isAsked(minimize)) {
    const what = isNumber ? "numbers change with it" : "it may be why a build fails";
    found.push({
      path: ["minimize"],
      message: `the configuration stays as it is: ${what}`,
    });
  }
  return found;
}
