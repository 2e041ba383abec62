import { pathTo } from "../state/route.ts";
import { type Links, runAddress } from "../views/links.ts";

/** Where the pages show what a view links to, of bisection `id`; frames lead to the run that is looked at. */
export function linksOf(id: string, crashRun: string | null = null): Links {
  return {
    run: (run) => pathTo(id, "runs", runAddress(run)),
    step: (n) => `${pathTo(id)}#step-${n}`,
    source: (commit, file, line) =>
      crashRun === null
        ? null
        : `${pathTo(id, "runs", runAddress(crashRun))}?${new URLSearchParams({ source: `${file}:${line}`, at: commit })}`,
  };
}
