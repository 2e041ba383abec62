import type { FollowedBisection } from "../home/bisection.ts";
import type { BisectionList } from "../home/list.ts";
import { type Feed, messageBytes } from "../http/feed.ts";
import type { SharedView } from "./shared-view.ts";

/** Messages of events that are sent in one piece, at most. */
const eventsAtOnce = 200;
/** Entries of the list that are sent in one piece, at most. */
const entriesAtOnce = 500;

/**
 * What is new of one bisection: parts of its view, and how far its builds are. A watcher that is slow skips to the
 * newest state. `lastId`: of the message it has, as it came.
 */
export function viewFeed(
  followed: FollowedBisection,
  view: SharedView,
  lastId: string | null,
  wake: () => void,
): Feed {
  let version = view.versionOf(lastId);
  const progress = new Map<string, string>();
  for (const [kernel, { done, of }] of followed.progress) {
    progress.set(kernel, JSON.stringify({ kernel, done, of }));
  }
  const unwatchView = view.watch(wake);
  const unwatch = followed.watch({
    changed: () => {},
    building(kernel, { done, of }) {
      progress.set(kernel, JSON.stringify({ kernel, done, of }));
      wake();
    },
  });
  return {
    next() {
      const news = view.messageSince(version);
      if (news !== null) {
        version = news.version;
        return news.bytes;
      }
      const [first] = progress;
      if (first === undefined) return null;
      progress.delete(first[0]);
      return messageBytes({ event: "progress", data: first[1] });
    },
    close() {
      unwatch();
      unwatchView();
    },
  };
}

/** Every event of one bisection after the one with the number `after`, each once and in order. */
export function eventFeed(followed: FollowedBisection, after: number, wake: () => void): Feed {
  let next = after + 1;
  const unwatch = followed.watch({ changed: wake });
  return {
    next() {
      const { events } = followed;
      // The journal was exchanged for a shorter one: what was sent is of another story.
      if (next > events.length) next = 0;
      if (next === events.length) return null;
      const some = events.slice(next, next + eventsAtOnce);
      next += some.length;
      return messageBytes(...some.map((event) => ({ id: event.seq, data: JSON.stringify(event) })));
    },
    close: unwatch,
  };
}

/** Every entry of the list that has changed since the change `after`, the newest state of each. */
export function listFeed(list: BisectionList, after: number, wake: () => void): Feed {
  let last = after;
  const close = list.onChange(wake);
  return {
    next() {
      if (last >= list.newest) return null;
      const some = list.changedSince(last).slice(0, entriesAtOnce);
      last = some.at(-1)?.change ?? list.newest;
      if (some.length === 0) return null;
      return messageBytes(
        ...some.map(({ change, entry }) => ({
          id: change,
          event: "entry",
          data: JSON.stringify(entry),
        })),
      );
    },
    close,
  };
}
