import { countsOf } from "../report/result.ts";
import { plural } from "../report/words.ts";
import { plainLine, type Summary } from "../syzbot/index.ts";
import { version } from "./version.ts";

/** Characters of a line of names. */
const width = 100;

/** What a smaller configuration is, as comments in front of it; `from`: what people know the whole one by. */
export function minimisedHeader(summary: Summary, from: string): string {
  const { minimising, started, bug, concluded } = summary;
  const found = minimising?.result;
  if (!minimising || !found || started?.kind !== "started") return "";
  const { full } = minimising.prepared;
  const { kernels, runs } = countsOf(summary);
  const { result, kept, of, isBaseline, open } = found;
  const lines = [
    `Made smaller by firstbad ${version} from ${plainLine(from)}`,
    `${result?.options} of ${plural(full.options, "option")} are on`,
    isBaseline
      ? "it is the baseline itself"
      : `${of - kept.length} of ${of} that the baseline lacks are left out`,
    `for the crash of ${started.crashes.hash}: ${plainLine(bug?.title ?? "")}`,
    `by ${plural(kernels, "kernel")} and ${plural(runs, "run")}: ${plainLine(concluded?.why ?? found.why)}`,
    ...(open === 0 ? [] : [`${plural(open, "option")} of those kept may not be needed`]),
    ...(kept.length === 0 ? [] : ["kept beside the baseline:", ...wrapped(kept)]),
  ];
  return `${lines.map((line) => `# ${line}\n`).join("")}\n`;
}

function wrapped(names: readonly string[]): string[] {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + name.length < width) {
      lines[lines.length - 1] = `${last} ${name}`;
    } else lines.push(`  ${name}`);
  }
  return lines;
}
