import type { Summary } from "../syzbot/index.ts";
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
