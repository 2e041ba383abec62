import { hashOf, indexOf } from "../../src/history/graph-hashes.ts";
import { parseGraph } from "../../src/history/graph-text.ts";
import { gitPolicy } from "../../src/search/git/git-policy.ts";
import type { Evidence } from "../../src/search/policy.ts";
import type { Answer, GitBisection } from "./bisected.ts";

/** The same bisection with our policy, told in the words of git. */
export function searched(
  text: Uint8Array,
  bad: string,
  answers: ReadonlyMap<string, Answer>,
): GitBisection {
  const graph = parseGraph(text);
  const evidence: Evidence[] = [];
  const tested: string[] = [];
  const said: string[] = [];
  for (;;) {
    const decision = gitPolicy.next({
      graph,
      after: indexOf(graph, bad),
      evidence,
      crashMeans: "after",
      runs: 3,
    });
    if (decision.kind === "stuck") throw new Error(decision.why);
    if (decision.kind !== "probe") {
      const commits = decision.kind === "found" ? [decision.commit] : decision.commits;
      return { tested, said, culprits: commits.map((commit) => hashOf(graph, commit)) };
    }
    const [probe, ...more] = decision.probes;
    if (probe === undefined || more.length > 0 || probe.runs !== 3) {
      throw new Error(`not one commit with three runs: ${JSON.stringify(decision.probes)}`);
    }
    const { suspects, steps } = decision.left;
    said.push(
      `Bisecting: ${suspects} revision${suspects === 1 ? "" : "s"} left to test after this ` +
        `(roughly ${steps} step${steps === 1 ? "" : "s"})`,
    );
    const hash = hashOf(graph, probe.commit);
    tested.push(hash);
    evidence.push(evidenceOf(probe.commit, answers.get(hash)!));
  }
}

function evidenceOf(commit: number, answer: Answer): Evidence {
  return {
    commit,
    crashed: answer === "bad" ? 1 : 0,
    clean: answer === "skip" ? 0 : 2,
    foreign: 0,
    missing: answer === "skip" ? 3 : 0,
    verdict: answer === "skip" ? "untestable" : answer === "bad" ? "after" : "before",
  };
}
