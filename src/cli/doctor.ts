import type { Checked } from "../doctor/check.ts";
import { checks } from "../doctor/checks.ts";
import { examine, isAble } from "../doctor/examine.ts";
import { columns } from "../report/columns.ts";
import { foldersOf } from "./folders.ts";

/** `firstbad doctor`: what this machine can do. 0 where a bisection with User Mode Linux can run, else 1. */
export async function doctor({ json }: { readonly json?: boolean }): Promise<number> {
  const path = process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin";
  const checked = await examine(checks, { path, ...foldersOf(process.env) });
  const able = isAble(checked);
  const text = json
    ? `${JSON.stringify({ version: 1, able, checks: checked })}\n`
    : doctorText(checked, able);
  process.stdout.write(text);
  return able ? 0 : 1;
}

/** One line for each check; under those that found something wrong, what it is for and how to mend it. */
function doctorText(checked: readonly Checked[], able: boolean): string {
  const rows = columns(checked.map(({ state, name, found }) => [state, name, found]));
  const lines = checked.flatMap(({ fix, purpose, needed }, index) => {
    if (fix === null) return [rows[index]];
    return [rows[index], `  for: ${purpose}${needed ? "" : " (can do without)"}`, `  fix: ${fix}`];
  });
  const lacking = checked.filter(({ needed, state }) => needed && state === "missing");
  const names = lacking.map(({ name }) => name).join(", ");
  const word = able ? "bisections can run here" : `no bisection can run here without: ${names}`;
  return [...lines, "", word].map((line) => `${line}\n`).join("");
}
