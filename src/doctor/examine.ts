import { Failure } from "../failure/failure.ts";
import type { Check, Checked, Finding, Surroundings } from "./check.ts";

/** What is tried by hand where a failure has nothing better to say. */
const lastResort = "firstbad doctor --json";

/** Does all checks, at once, and returns them in their order. Never throws a `Failure`. */
export function examine(checks: readonly Check[], around: Surroundings): Promise<Checked[]> {
  return Promise.all(
    checks.map(async (check) => {
      const { name, purpose, needed } = check;
      return { name, purpose, needed, ...(await findingOf(check, around)) };
    }),
  );
}

/** Whether a bisection with User Mode Linux can run on a machine where this was found. */
export function isAble(checked: readonly Checked[]): boolean {
  return checked.every(({ needed, state }) => !needed || state !== "missing");
}

async function findingOf(check: Check, around: Surroundings): Promise<Finding> {
  try {
    return await check.look(around);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { state: "missing", found: error.message, fix: error.hint ?? lastResort };
  }
}
