import type { BisectionEvent, EventOf, LogDialect } from "../../event/index.ts";
import { type Loose, renumbered } from "./renumbered.ts";

/**
 * A log of git's as a log of syzbot's in `dialect`: the ends, then every answer with the command
 * that git was given for it. git does not know of kernels, runs and times: no test has any.
 */
export function gitLogAsSyzbot(
  events: readonly BisectionEvent[],
  head: EventOf<"log-read">,
  dialect: LogDialect,
): BisectionEvent[] {
  const answers = events.flatMap((event) =>
    event.kind === "probe-answered"
      ? event.answers.map((answer) => ({ ...answer, stage: event.stage }))
      : [],
  );
  const ends = answers.filter(({ stage }) => stage === "reproduce" || stage === "clean-end");
  const after = ends.find(({ verdict }) => verdict === "after");
  const before = ends.filter(({ verdict }) => verdict === "before");
  const steps = answers.filter(({ stage }) => stage === "search");
  const bodies: Loose[] = [{ ...head, form: "syzbot", dialect }];
  if (after !== undefined && before.length > 0) {
    const commits = [after, ...before].map(({ commit }) => commit);
    bodies.push(
      { kind: "git-told", command: "start", term: "start", arguments: commits },
      answered,
    );
  }
  for (const { verdict, commit } of steps) {
    const term = verdict === "after" ? "bad" : verdict === "before" ? "good" : "skip";
    const command = verdict === "untestable" ? "skip" : verdict;
    bodies.push({ kind: "git-told", command, term, arguments: [commit] }, answered);
  }
  const tested = new Set(answers.map(({ commit }) => commit)).size;
  bodies.push({ kind: "effort-reported", tested, total: 0, build: 0, test: 0 });
  bodies.push(...events.filter(({ kind }) => kind === "concluded"));
  return renumbered(bodies);
}

/** git answered; its log does not say what. */
const answered: Loose = { kind: "git-said", said: "end", facts: {} };
