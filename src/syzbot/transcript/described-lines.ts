import type { EventOf } from "../../event/index.ts";
import type { Dialect } from "../dialect.ts";
import { goQuoteList } from "../go-quote.ts";
import { words } from "../grammar.ts";

/** The commit as git showed it; the second time, whom to tell about it. */
export function describedLines(commit: EventOf<"commit-described">, dialect: Dialect): string[] {
  const { recipients } = commit;
  if (recipients === null) return shownLines(commit);
  const { to, cc } = recipients;
  if (dialect.recipients === "cc") return [`cc: ${goQuoteList([...to, ...cc])}`];
  return [`${words.to}${goQuoteList(to)}`, `${words.cc}${goQuoteList(cc)}`];
}

function shownLines(commit: EventOf<"commit-described">): string[] {
  const { author, authored, merge, message, diffstat } = commit;
  const stat = diffstat ?? [];
  return [
    `commit ${commit.commit}`,
    ...(merge === undefined ? [] : [`Merge: ${merge.join(" ")}`]),
    `Author: ${author.name} <${author.email}>`,
    `Date:   ${authored}`,
    "",
    ...(message === "" ? [] : message.split("\n").map((line) => `    ${line}`)),
    ...(stat.length === 0 ? [] : ["", ...stat]),
  ];
}
