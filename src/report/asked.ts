import { shortHash } from "../event/short-hash.ts";
import { plainLine, type Summary } from "../syzbot/index.ts";
import { part } from "./conditions.ts";

/** What was asked for: a commit, a smaller configuration, or in which trees the bug is. */
export function goalOf({ started }: Summary): "culprit" | "config" | "presence" {
  return (started?.kind === "started" ? started.goal : undefined) ?? "culprit";
}

/** The repository, as the job names it; an empty text of a log of others. */
export function repoOf({ started }: Summary): string {
  if (started?.kind !== "started") return "";
  const target = started.target === "program" ? "program" : "kernel";
  const repo = part(started.job, target, "repo");
  return typeof repo === "string" ? repo : "";
}

/** What is bisected, in a line: the bug's title, or before that is known where it was reported. */
export function aboutText({ bug, started }: Summary): string {
  if (bug !== null) return plainLine(bug.title);
  if (started === null) return "";
  const { hash, name, subject } = started.crashes;
  const commit = hash.startsWith(name) ? shortHash(hash) : name;
  return plainLine(`crash of ${commit}${subject === "" ? "" : `: ${subject}`}`);
}
