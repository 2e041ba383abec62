import type { Checked } from "./rules-cases.ts";
import { type Bisected, exactPolicy } from "./run.ts";

/** The scenarios by one policy, a line each, and their sums. */
export function scenariosTable(policy: string, results: readonly Bisected[]): string {
  const what = policy === exactPolicy ? "all that is expected" : "the culprits";
  const rows = results.map(({ name, pass, tested, peer, bits, differences }) => [
    pass ? "ok" : "FAILED",
    name,
    String(tested),
    peer === null ? "-" : String(peer),
    bits === null ? "-" : bits.toFixed(1),
    differences.join("; "),
  ]);
  const counted = results.filter(({ peer }) => peer !== null);
  const [ours, theirs] = [
    sum(counted.map(({ tested }) => tested)),
    sum(counted.map(({ peer }) => peer ?? 0)),
  ];
  const share = theirs === 0 ? "" : `, ${Math.round((100 * ours) / theirs)} %`;
  const passed = results.filter(({ pass }) => pass).length;
  return [
    `${policy}: ${passed} of ${results.length} scenarios have ${what}`,
    ...columns([["", "scenario", "tested", "peer", "bits", ""], ...rows]),
    `revisions tested: ${ours} of the peer's ${theirs}${share}; a test of two answers tells a bit at most: ${sum(results.map(({ bits }) => bits ?? 0)).toFixed(0)} bits`,
    "",
    "",
  ].join("\n");
}

/** How many cases of the rules hold, and those that do not. */
export function rulesTable(rules: readonly Checked[]): string {
  const failed = rules.filter(({ pass }) => !pass);
  return [
    `rules: ${rules.length - failed.length} of ${rules.length} cases`,
    ...failed.map(({ name, differences }) => `  FAILED ${name}: ${differences.join("; ")}`),
    "",
  ].join("\n");
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, n) => Math.max(...rows.map((row) => row[n]?.length ?? 0)));
  return rows.map((row) => {
    const cells = row.map((cell, n) =>
      n >= 2 && n <= 4 ? cell.padStart(widths[n] ?? 0) : cell.padEnd(widths[n] ?? 0),
    );
    return `  ${cells.join("  ")}`.trimEnd();
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
