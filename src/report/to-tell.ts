import { shortHash } from "../event/short-hash.ts";
import { plainLine, type Summary } from "../syzbot/index.ts";
import { columns } from "./columns.ts";
import { type Conditions, conditionsOf, machineText } from "./conditions.ts";
import { fixesTag, isFix, isOfKernel, regzbotTag } from "./tags.ts";
import { idOf, plural } from "./words.ts";

/** So many options are named in a row. */
const mostOptions = 12;

/** What kernels were built and run with. */
export function conditionLines(summary: Summary): string[] {
  return columns(conditionRows(summary));
}

/** The same as names and values; a value without a name goes on with the one above it. */
export function conditionRows(summary: Summary): (readonly [name: string, value: string])[] {
  const conditions = conditionsOf(summary);
  if (conditions === null) return [];
  const { compilers, reproducer } = conditions;
  const isProgram = !isOfKernel(summary);
  const limit = reproducer.seconds === null ? "" : `, at most ${reproducer.seconds} s`;
  return [
    ...compilers.map(({ name, kernels }, n): readonly [string, string] => [
      n === 0 ? "compiler" : "",
      `${name} (${plural(kernels, isProgram ? "build" : "kernel")})`,
    ]),
    ["config", configText(conditions)],
    ...conditions.config.changes.map((change) => ["", change] as const),
    ...(isProgram
      ? []
      : ([
          ["machine", machineText(conditions)],
          ["repro", `${reproducer.kind}${limit}, SHA-256 ${shortHash(reproducer.sha256)}`],
        ] as const)),
  ];
}

/** Where it is from, its hash, and what is known to matter of it. */
function configText({ config: { from, sha256, needed, dropped } }: Conditions): string {
  return [
    ...(from === "" ? [] : [from]),
    `SHA-256 ${shortHash(sha256)}`,
    ...(needed === null ? [] : [`needs ${optionsText(needed)}`]),
    ...(dropped.length === 0 ? [] : [`did not survive: ${optionsText(dropped)}`]),
  ].join(", ");
}

function optionsText(options: readonly string[]): string {
  const shown = options.slice(0, mostOptions).map(plainLine).join(" ");
  const more = options.length - mostOptions;
  return more > 0 ? `${shown} and ${more} more` : options.length === 0 ? "none" : shown;
}

/** What is told of a commit that was found: the lines that programs read, and to whom. */
export function toTellLines(summary: Summary): string[] {
  const told = toTellOf(summary);
  if (told === null) return [];
  const { fixes, regzbot, to, cc } = told;
  const people = (list: readonly string[]) => plainLine(list.join(", "));
  const rows = columns([
    ...(to.length === 0 ? [] : [["to", people(to)]]),
    ...(cc.length === 0 ? [] : [["cc", people(cc)]]),
    ["mail", `firstbad mail ${plainLine(idOf(summary))}`],
  ]);
  const tags = [fixes, regzbot].filter((tag) => tag !== null);
  return ["to tell", ...[...tags, ...rows].map((line) => `  ${line}`)];
}

/** The same for programs. */
export interface ToTell {
  /** `Fixes: 54a4f0239f2e ("subject")`; null where it is a fix itself. */
  readonly fixes: string | null;
  /** `#regzbot introduced: …`, or `#regzbot fix: …`; null: it is no commit of Linux. */
  readonly regzbot: string | null;
  readonly to: readonly string[];
  readonly cc: readonly string[];
}

/** Null where no commit was found. */
export function toTellOf(summary: Summary): ToTell | null {
  const { concluded } = summary;
  const culprit = concluded?.culprit ?? null;
  if (concluded?.end !== "found" || culprit === null) return null;
  const { to = [], cc = [] } = summary.commits.get(culprit)?.recipients ?? {};
  return {
    fixes: isFix(summary) ? null : fixesTag(summary, culprit),
    regzbot: regzbotTag(summary, culprit, { reply: false }),
    ...{ to, cc },
  };
}
