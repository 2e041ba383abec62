import type { Turns } from "../../lab/turns.ts";
import { viewOf } from "../../view/view.ts";
import type { FollowedBisection } from "../home/bisection.ts";
import type { Home, Standing } from "../home/home.ts";
import { AroundView, Graphs, InTurn } from "./around-view.ts";
import { SharedView } from "./shared-view.ts";

interface Viewed {
  readonly followed: FollowedBisection;
  readonly view: SharedView;
  readonly around: AroundView;
}

/** Views of bisections, one each for all who look at it. */
export class Views {
  readonly graphs = new Graphs();
  /** What reckons for long. */
  readonly inTurn = new InTurn();
  readonly #home: Home;
  readonly #standingOf: (id: string) => Standing;
  readonly #turns: Turns;
  /** A view lives as long as the events that it is made of are in memory. */
  readonly #views = new WeakMap<FollowedBisection, Viewed>();

  constructor(home: Home, standingOf: (id: string) => Standing, turns: Turns) {
    this.#home = home;
    this.#standingOf = standingOf;
    this.#turns = turns;
  }

  /** The bisection `id` and its view. Throws `bisection-not-found`. */
  async of(id: string): Promise<Viewed> {
    const viewed = this.#viewed(await this.#home.follow(id));
    await viewed.around.graphReady();
    return viewed;
  }

  /** Something that is in no journal has changed of the bisection `id`. */
  changed(id: string): void {
    for (const followed of this.#home.followed) {
      if (followed.id === id) this.#views.get(followed)?.view.changed();
    }
  }

  #viewed(followed: FollowedBisection): Viewed {
    const known = this.#views.get(followed);
    if (known !== undefined) return known;
    const around = new AroundView(followed, {
      graphs: this.graphs,
      inTurn: this.inTurn,
      changed: () => view.changed(),
    });
    const view: SharedView = new SharedView(followed, () => this.#made(followed, around));
    const viewed = { followed, view, around };
    this.#views.set(followed, viewed);
    return viewed;
  }

  #made(followed: FollowedBisection, around: AroundView) {
    const { id, events, running, progress } = followed;
    const standing = this.#standingOf(id);
    const view = viewOf(events, {
      running,
      ...(standing !== null && !running && { waiting: standing }),
      ...around.now(),
      compiled: progress,
      ...(followed.isOwn && { placed: this.#turns.placesOf(id) }),
      now: Date.now(),
    });
    return { seq: events.length - 1, view };
  }
}
