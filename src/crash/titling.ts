import type { Line } from "./console.ts";
import { corruptionOf } from "./corrupted.ts";
import type { Corruption } from "./crash.ts";
import { readableName } from "./demangle/readable-name.ts";
import type { Family, FrameRule, Message } from "./family/family.ts";
import { trace } from "./family/steps.ts";
import { namesOf } from "./generic.ts";
import { guiltyOf, stackOf } from "./guilty.ts";
import type { Headline } from "./headline.ts";
import { normalTitle, unknownFrame } from "./title.ts";

/** What a report is called. */
export interface Titling {
  readonly title: string;
  readonly altTitles: readonly string[];
  readonly stack: readonly string[];
  readonly corruption: Corruption | null;
}

/** Lines after a headline within which the ones that belong to it must stand. */
const within = 60;

/**
 * Titles the report whose lines are `report`; the one at `first` is the headline. `whole` is all that was
 * printed with it: it must not be damaged either.
 */
export function titleReport(
  headline: Headline,
  report: readonly Line[],
  first: number,
  whole: readonly Line[],
): Titling {
  const { family, at } = headline;
  const text = (report[first] as Line).text.slice(at);
  const body = report.slice(first);
  let incomplete = false;
  for (const message of family.messages) {
    const said = message.says.exec(text);
    if (said === null) continue;
    const followed = followedBy(message, body);
    if (followed !== null) {
      const groups = [...said.slice(1), ...followed];
      const told = family.leading === undefined ? body : report;
      const titled = fill(message, groups, told, whole);
      if (titled.title === "") break;
      if (!incomplete || titled.corruption !== null) return titled;
      return { ...titled, corruption: "incomplete" };
    }
    incomplete = true;
  }
  return untitled(family, text, body, whole, incomplete);
}

/** A headline that fits no message is its own title. */
function untitled(
  family: Family,
  text: string,
  body: readonly Line[],
  whole: readonly Line[],
  incomplete: boolean,
): Titling {
  const title = normalTitle(text) || family.word.trim();
  const corruption = incomplete ? "incomplete" : corruptionOf(text, null, whole);
  return { title, altTitles: [], stack: stackOf(trace, body), corruption };
}

/** What the lines that must follow hold, or null where they do not. */
function followedBy(message: Message, body: readonly Line[]): (string | undefined)[] | null {
  const groups: (string | undefined)[] = [];
  let at = 1;
  for (const pattern of message.needs ?? []) {
    let found: RegExpExecArray | null = null;
    const last = Math.min(body.length, (message.within ?? within) + 1);
    while (found === null && at < last) found = pattern.exec((body[at++] as Line).text);
    if (found === null) return null;
    groups.push(...found.slice(1));
  }
  return groups;
}

function fill(
  message: Message,
  groups: readonly (string | undefined)[],
  body: readonly Line[],
  whole: readonly Line[],
): Titling {
  const frame = namesIn(message.frame, body);
  const origin = namesIn(message.origin, body);
  const written = (template: string, name: string) =>
    template.replace(/\{(\w{1,9})\}/g, (_, what: string) => {
      if (what === "frame") return name;
      if (what === "origin") return origin.names[0] as string;
      return groups[Number(what) - 1] ?? "";
    });
  const write = (template: string, name: string) => normalTitle(written(template, name));
  const raw = written(message.title, frame.names[0] as string);
  const title = normalTitle(raw);
  const templates = [message.title, ...(message.alt ?? [])];
  const all = templates.flatMap((template) => frame.names.map((name) => write(template, name)));
  const others = new Set(all);
  others.delete(title);
  return {
    title,
    altTitles: [...others].sort(),
    stack: stackIn(message, body),
    corruption: frame.corruption ?? corruptionOf(raw, message, whole),
  };
}

/** The stack of a report; none of what follows it where it has none. */
function stackIn({ frame, stackless }: Message, body: readonly Line[]): string[] {
  return frame === undefined && stackless ? [] : stackOf(frame ?? trace, body);
}

/** The guilty function's names, the title's first; what stands for it where it cannot be found. */
function namesIn(
  rule: FrameRule | undefined,
  body: readonly Line[],
): { names: readonly string[]; corruption: Corruption | null } {
  if (rule === undefined) return { names: [""], corruption: null };
  const { name, mixed } = guiltyOf(rule, body);
  if (name === null) return { names: [unknownFrame], corruption: "no-frame" };
  return { names: namesOf(readableName(name)), corruption: mixed ? "no-frame" : null };
}
