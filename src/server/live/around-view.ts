import { readStoredGraph } from "../../bisection/graph-file.ts";
import { suspicionToShow } from "../../bisection/told-suspicion.ts";
import type { EventOf } from "../../event/index.ts";
import type { CommitGraph } from "../../history/graph.ts";
import type { ToldSuspicion } from "../../report/suspicion.ts";
import type { FollowedBisection } from "../home/bisection.ts";
import { Recent } from "../home/recent.ts";

/** Graphs that are kept in memory; one of Linux' has some megabytes. */
const mostGraphs = 12;

/** Graphs of bisections, read once each. */
export class Graphs {
  readonly #known = new Recent<CommitGraph | null>(mostGraphs);

  /** The newest graph of `followed`; null: it has none, or it is damaged. */
  of({ folder, events }: FollowedBisection): Promise<CommitGraph | null> {
    const loaded = newestGraph(events);
    if (loaded === null) return Promise.resolve(null);
    return this.#known.of(`${folder}\0${loaded.sha256}`, () =>
      readStoredGraph(folder, loaded).catch(() => null),
    );
  }
}

/** The event of the graph that counts. */
function newestGraph(events: FollowedBisection["events"]): EventOf<"graph-loaded"> | null {
  return events.findLast((event) => event.kind === "graph-loaded") ?? null;
}

/** What a view shows and no event has: read from files and reckoned, while others have their turn. */
export class AroundView {
  readonly #followed: FollowedBisection;
  readonly #graphs: Graphs;
  readonly #changed: () => void;
  readonly #inTurn: InTurn;
  #graph: { readonly sha256: string; readonly graph: CommitGraph | null } | null = null;
  #suspicion: { readonly after: number; readonly told: ToldSuspicion | null } | null = null;
  #work: Promise<void> | null = null;

  constructor(
    followed: FollowedBisection,
    given: { readonly graphs: Graphs; readonly inTurn: InTurn; readonly changed: () => void },
  ) {
    this.#followed = followed;
    this.#graphs = given.graphs;
    this.#inTurn = given.inTurn;
    this.#changed = given.changed;
  }

  /** As far as it is known by now; what is missing is looked for, and `changed` called once it is there. */
  now(): { readonly graph?: CommitGraph; readonly suspicion?: ToldSuspicion } {
    void this.ready();
    const graph = this.#graph?.graph;
    const suspicion = this.#suspicion?.told;
    return { ...(graph && { graph }), ...(suspicion && { suspicion }) };
  }

  /** Resolves once all of it is as the events are now. Never rejects. */
  ready(): Promise<void> {
    if (this.#isReady()) return Promise.resolve();
    this.#work ??= this.#look().finally(() => {
      this.#work = null;
    });
    return this.#work;
  }

  /** Resolves once the graph is there, which is soon. */
  async graphReady(): Promise<void> {
    const loaded = newestGraph(this.#followed.events);
    if (loaded === null || this.#graph?.sha256 === loaded.sha256) return;
    this.#graph = { sha256: loaded.sha256, graph: await this.#graphs.of(this.#followed) };
  }

  #isReady(): boolean {
    const { events } = this.#followed;
    const sha256 = newestGraph(events)?.sha256;
    return (
      (sha256 === undefined || this.#graph?.sha256 === sha256) &&
      this.#suspicion?.after === newestBelief(events)
    );
  }

  async #look(): Promise<void> {
    await this.graphReady();
    this.#changed();
    if (this.#suspicion?.after === newestBelief(this.#followed.events)) return;
    this.#suspicion = await this.#inTurn.do(() => this.#suspect());
    this.#changed();
  }

  /** By all that has happened while others had their turn, so that it need not be done again for that. */
  async #suspect(): Promise<{ readonly after: number; readonly told: ToldSuspicion | null }> {
    const { folder, events } = this.#followed;
    const after = newestBelief(events);
    return { after, told: after < 0 ? null : await toldOrNull(folder, events.slice()) };
  }
}

/** The newest event by which whom it suspects may have changed; -1: there is none. */
function newestBelief(events: FollowedBisection["events"]): number {
  return events.findLastIndex(
    ({ kind }) =>
      kind === "probe-chosen" ||
      kind === "concluded" ||
      kind === "prior-set" ||
      kind === "overridden" ||
      kind === "override-undone",
  );
}

async function toldOrNull(
  folder: string,
  events: FollowedBisection["events"],
): Promise<ToldSuspicion | null> {
  return suspicionToShow(folder, events).catch(() => null);
}

/** Does one thing after the other: what reckons for long is not to be done for several at once. */
export class InTurn {
  #last: Promise<unknown> = Promise.resolve();

  do<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}
