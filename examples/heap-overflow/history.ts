import { filesOf, type Source } from "./sources.ts";

/** One commit of the example. */
export interface Commit {
  readonly name: string;
  readonly subject: string;
  /** Names of commits. */
  readonly parents: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly tag?: string;
}

/** Commits on the main line between two merges, and commits of each topic. */
const between = 3;
const perTopic = 4;

/** Topics in the order in which they are merged, and what each of them is about. */
const topics: readonly {
  readonly name: string;
  readonly subject: string;
  readonly does: Change;
}[] = [
  { name: "comments", subject: "Pass over comments", does: (now) => ({ ...now, comments: true }) },
  { name: "escapes", subject: "Resolve escapes", does: (now) => ({ ...now, escapes: "in place" }) },
  { name: "sections", subject: "Print sections", does: (now) => ({ ...now, sections: true }) },
  {
    name: "no-copy",
    subject: "Resolve escapes without a copy of the value",
    does: (now) => ({ ...now, escapes: "too short" }),
  },
  { name: "news", subject: "Say what is new", does: (now) => news(now, "See the units") },
  { name: "more-news", subject: "Say more of it", does: (now) => news(now, "See the sections") },
];

/** The subject of the commit that brings the overflow in. */
export const culprit = "Resolve escapes without a copy of the value";

type Change = (now: Source) => Source;

/** The whole history, parents before children; `main` ends at the last. The same every time. */
export const history: readonly Commit[] = compose();

function compose(): Commit[] {
  const commits: Commit[] = [];
  let now: Source = { units: [], news: [], comments: false, sections: false, escapes: "none" };
  let tip: string | null = null;
  const commit = (
    subject: string,
    parents: readonly (string | null)[],
    source: Source,
    tag?: string,
  ): string => {
    const name = `c${commits.length}`;
    const known = parents.filter((parent) => parent !== null);
    const tagged = tag === undefined ? {} : { tag };
    commits.push({ name, subject, parents: known, files: filesOf(source), ...tagged });
    return name;
  };
  const addUnit = (prefix: string): string => {
    const unit = `${prefix}${now.units.length}`;
    now = { ...now, units: [...now.units, unit] };
    return `Know the unit ${unit}`;
  };

  tip = commit("Read settings", [tip], now, "v1.0");
  for (const [number, topic] of topics.entries()) {
    const base = tip;
    let branch = topic.does(now);
    let side = commit(topic.subject, [base], branch);
    for (let n = 1; n < perTopic; n++) {
      branch = news(branch, `${topic.subject} (${n})`);
      side = commit(`Tell of it: ${topic.name}, ${n}`, [side], branch);
    }
    for (let n = 0; n < between; n++) tip = commit(addUnit("u"), [tip], now);
    now = { ...branch, units: now.units };
    const tag = number === 2 ? "v1.1" : undefined;
    tip = commit(`Merge the topic ${topic.name}`, [tip, side], now, tag);
  }
  return commits;
}

function news(now: Source, line: string): Source {
  return { ...now, news: [...now.news, line] };
}
