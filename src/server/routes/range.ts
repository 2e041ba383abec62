import { z } from "zod";
import { repositoryOf } from "../../bisection/own-repository.ts";
import { beliefAfter } from "../../bisection/suspicion.ts";
import { builtAt } from "../../crash/built-at.ts";
import { Failure } from "../../failure/failure.ts";
import { diffOfCommit } from "../../history/commit-diff.ts";
import { commitLines } from "../../history/commit-lines.ts";
import { describeCommit } from "../../history/describe-commit.ts";
import { fileAtCommit } from "../../history/file-at-commit.ts";
import type { CommitGraph } from "../../history/graph.ts";
import { indexOf } from "../../history/graph-hashes.ts";
import { suspectsIn } from "../../report/suspect-count.ts";
import { plainLine } from "../../syzbot/index.ts";
import { beliefColumns, evenWeights, withinGraph } from "../../view/belief-columns.ts";
import { laneCommits } from "../../view/lanes.ts";
import { overlapOf } from "../../view/overlap.ts";
import { viewOf } from "../../view/view.ts";
import type { FollowedBisection } from "../home/bisection.ts";
import { Recent } from "../home/recent.ts";
import { type App, addAddress } from "../http/address.ts";
import type { Views } from "../live/views.ts";
import type { Reading } from "./context.ts";
import { commitOf, idOf } from "./params.ts";

/** Lines of a source that are sent, and where nothing is said. */
const [mostLines, usualLines] = [2000, 200];

const verdict = z.enum(["before", "after", "untestable"]).nullable();
const stretch = z.object({
  /** Places in the graph's order, from 0; `to` is not among them. */
  from: z.coerce.number().int().min(0).default(0),
  to: z.coerce.number().int().min(0).default(Number.MAX_SAFE_INTEGER),
});

const beliefAnswer = z.object({
  graph: z.string(),
  commits: z.number(),
  /** False: nobody reckons with probabilities, and all suspects have the same. */
  reckoned: z.boolean(),
  from: z.number(),
  to: z.number(),
  columns: z.array(z.number()),
  best: z.array(z.number()),
  marks: z.array(
    z.object({
      at: z.number(),
      commit: z.string(),
      /** Null: it is under test. */
      verdict,
      label: z.string().nullable(),
      step: z.number().nullable(),
      subject: z.string(),
    }),
  ),
  releases: z.array(z.object({ tag: z.string(), at: z.number() })),
});

const laneAnswer = z.array(
  z.object({
    at: z.number(),
    hash: z.string(),
    parents: z.array(z.union([z.number(), z.string()])),
    lane: z.number(),
    to: z.array(z.number()),
    subject: z.string(),
    author: z.string(),
    belief: z.number(),
    verdict,
  }),
);

const commitAnswer = z.object({
  hash: z.string(),
  subject: z.string(),
  author: z.string(),
  authored: z.string(),
  message: z.string(),
  parents: z.array(z.string()),
  files: z.array(z.string()),
  diff: z.string(),
  /** Whether the diff goes on behind what is here. */
  cut: z.boolean(),
});

/** The range of a bisection: the belief over it, its commits, what they change. */
export function addRange(app: App, { home, views }: Reading): void {
  const beliefs = new Beliefs(views);
  const path = "/api/bisections/{id}";
  addAddress(
    app,
    {
      method: "get",
      path: `${path}/belief`,
      role: "read",
      summary: "The belief over a stretch of the graph, in columns, with what was tested there.",
      params: idOf,
      query: stretch.extend({ columns: z.coerce.number().int().min(1).max(4096).default(1000) }),
      answer: beliefAnswer,
    },
    async ({ params: { id }, query: { from, to, columns } }) => {
      const followed = await home.follow(id);
      const { graph, weights, sha256, reckoned } = await beliefs.of(followed);
      const shown = beliefColumns(weights, { from, to, wanted: columns });
      const marks = marksOf(followed, graph).filter(({ at }) => at >= shown.from && at < shown.to);
      const loaded = followed.events.findLast((event) => event.kind === "graph-loaded");
      const releases = loaded?.releases ?? [];
      return { graph: sha256, commits: graph.count, reckoned, ...shown, marks, releases };
    },
  );
  addAddress(
    app,
    {
      method: "get",
      path: `${path}/commits`,
      role: "read",
      summary: "The commits of a stretch of the graph, at most 400, the newest first, in lanes.",
      params: idOf,
      query: stretch,
      answer: laneAnswer,
    },
    async ({ params: { id }, query, signal }): Promise<z.infer<typeof laneAnswer>> => {
      const followed = await home.follow(id);
      const { graph, weights } = await beliefs.of(followed);
      const rows = laneCommits(graph, withinGraph(graph.count, query));
      const repository = await repositoryOf(followed.folder);
      const hashes = rows.map(({ hash }) => hash);
      const lines = await commitLines(repository, hashes, { signal });
      const marks = new Map(marksOf(followed, graph).map((mark) => [mark.at, mark.verdict]));
      return rows.map((row) => ({
        ...row,
        parents: [...row.parents],
        to: [...row.to],
        subject: plainLine(lines.get(row.hash)?.subject ?? ""),
        author: plainLine(lines.get(row.hash)?.author ?? ""),
        belief: weights[row.at] ?? 0,
        verdict: marks.get(row.at) ?? null,
      }));
    },
  );
  addAddress(
    app,
    {
      method: "get",
      path: `${path}/commits/{commit}`,
      role: "read",
      summary: "A commit with its message and its diff, of which at most 1 MiB.",
      params: commitOf,
      answer: commitAnswer,
    },
    async ({ params: { id, commit }, signal }): Promise<z.infer<typeof commitAnswer>> => {
      const repository = await repositoryOf((await home.follow(id)).folder);
      const { text: diff, cut } = await diffOfCommit(repository, commit, { signal });
      const told = await describeCommit(repository, commit, { culprit: true, signal });
      const { author, authored, message, parents, subject, diffstat } = told;
      const by = `${author.name} <${author.email}>`;
      return {
        ...{ hash: commit, subject, author: by, authored, message, parents, diff, cut },
        files: diffstat ?? [],
      };
    },
  );
  addAddress(
    app,
    {
      method: "get",
      path: `${path}/overlap`,
      role: "read",
      summary: "The stack of the crash beside the culprit's diff, and where they touch.",
      params: idOf,
      answer: z.looseObject({
        report: z.array(z.looseObject({})),
        diff: z.array(z.looseObject({})),
      }),
    },
    async ({ params: { id }, signal }) => {
      const followed = await home.follow(id);
      const { culprit, crash } = viewOf(followed.events, { running: false, now: Date.now() });
      if (culprit === null || crash === null) {
        throw new Failure(
          "file-not-readable",
          "there is no culprit with a crash to lay beside it",
          {
            facts: { id },
            hint: "they are there once it is concluded",
          },
        );
      }
      const repository = await repositoryOf(followed.folder);
      const diff = await diffOfCommit(repository, culprit.commit.hash, { signal });
      const overlap = overlapOf(crash.report, diff.text);
      return { ...overlap, cut: overlap.cut || diff.cut };
    },
  );
  addAddress(
    app,
    {
      method: "get",
      path: `${path}/source`,
      role: "read",
      summary:
        "Lines of a file as it is in a commit, from 1, both included. What was built in the sandbox may be named as it prints its files.",
      params: idOf,
      query: z.object({
        commit: commitOf.shape.commit,
        path: z.string().min(1).max(4096),
        from: z.coerce.number().int().min(1).default(1),
        to: z.coerce.number().int().min(1).optional(),
      }),
      answer: "text/plain",
    },
    async ({ params: { id }, query: { commit, path, from, to }, signal }) => {
      const repository = await repositoryOf((await home.follow(id)).folder);
      const file = await fileAtCommit(repository, commit, pathInTree(path), { signal });
      const text = file.toString("utf8");
      const lines = text.split("\n");
      const until = Math.min(to ?? from + usualLines - 1, from + mostLines - 1, lines.length);
      return new Response(
        lines
          .slice(from - 1, until)
          .map((line) => `${line}\n`)
          .join(""),
        {
          headers: {
            "content-type": "text/plain; charset=utf-8",
            "cache-control": "no-store",
            "x-lines": String(lines.at(-1) === "" ? lines.length - 1 : lines.length),
          },
        },
      );
    },
  );
}

/** The path of a file from the top of its tree, also as what was built in the sandbox prints it. */
function pathInTree(path: string): string {
  return path.startsWith(builtAt) ? path.slice(builtAt.length) : path;
}

/** What was tested, where it lies, and what it said. */
function marksOf({ events, running }: FollowedBisection, graph: CommitGraph) {
  const { steps, strip } = viewOf(events, { running, graph, now: Date.now() });
  const rows = new Map(steps.map((row) => [row.commit.hash, row]));
  return (strip?.marks ?? []).map(({ at, hash, verdict, n }) => ({
    ...{ at, commit: hash, verdict, step: n },
    label: rows.get(hash)?.commit.name ?? null,
    subject: rows.get(hash)?.commit.subject ?? "",
  }));
}

interface Believed {
  readonly graph: CommitGraph;
  readonly sha256: string;
  readonly weights: Float64Array;
  readonly reckoned: boolean;
}

/** Beliefs that are remembered: each is of one state of a bisection. */
const mostBeliefs = 8;

/** Beliefs over graphs: reckoned once for each state of a bisection. */
class Beliefs {
  readonly #views: Views;
  readonly #known = new Recent<Believed>(mostBeliefs);

  constructor(views: Views) {
    this.#views = views;
  }

  of(followed: FollowedBisection): Promise<Believed> {
    const { id, events } = followed;
    const after = events.findLastIndex(
      ({ kind }) =>
        kind !== "run-started" && kind !== "build-started" && kind !== "commit-described",
    );
    return this.#known.of(`${id} ${after}`, () =>
      this.#views.inTurn.do(() => this.#reckon(followed)),
    );
  }

  async #reckon(followed: FollowedBisection): Promise<Believed> {
    const graph = await this.#views.graphs.of(followed);
    const events = followed.events.slice();
    const loaded = events.findLast((event) => event.kind === "graph-loaded");
    if (graph === null || loaded === undefined) {
      throw new Failure("file-not-readable", "the range is not known yet", {
        facts: { id: followed.id },
        hint: "it is known once both ends are",
      });
    }
    const { sha256 } = loaded;
    const belief = await beliefAfter(followed.folder, events);
    if (belief !== null && belief.graph.count === graph.count) {
      return { graph, sha256, weights: belief.weights, reckoned: true };
    }
    const weights = evenWeights(
      suspectsIn(graph, indexOf(graph, loaded.after), verdictsOf(followed, graph)),
    );
    return { graph, sha256, weights, reckoned: false };
  }
}

/** Where the commits lie that were answered, by their hashes. */
function verdictsOf(followed: FollowedBisection, graph: CommitGraph) {
  return new Map(
    marksOf(followed, graph).flatMap(({ commit, verdict: said }) =>
      said === null ? [] : [[commit, said] as const],
    ),
  );
}
