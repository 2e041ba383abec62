import { Failure } from "../failure/failure.ts";
import { namedBisection } from "../journal/named-bisection.ts";
import type { ListEntryView } from "../view/schema.ts";
import type { RemoteServer } from "./remote.ts";

/** Entries that one answer of a server has, at most. */
const atOnce = 1000;

/** What a server has in its list, and how many journals it has still to read before they are in it. */
export interface RemoteList {
  /** Newest first. */
  readonly entries: readonly ListEntryView[];
  readonly unread: number;
}

/** The bisections of a server that have `words` somewhere; all of them where there are none. */
export async function listRemote(server: RemoteServer, words = ""): Promise<RemoteList> {
  // By id: one that is begun meanwhile moves the others on, and nobody is to be in the list twice.
  const entries = new Map<string, ListEntryView>();
  for (let offset = 0; ; offset += atOnce) {
    const asked = new URLSearchParams({
      ...{ sort: "begun", offset: `${offset}`, limit: `${atOnce}` },
      ...(words !== "" && { q: words }),
    });
    const answer = (await server.get(`/api/bisections?${asked}`)) as Partial<RemoteList>;
    if (!Array.isArray(answer.entries)) {
      throw new Failure("server-invalid", "the server does not say which bisections it has");
    }
    for (const entry of answer.entries as readonly ListEntryView[]) entries.set(entry.id, entry);
    if (answer.entries.length < atOnce) {
      return { entries: [...entries.values()], unread: answer.unread ?? 0 };
    }
  }
}

/**
 * The id that `name` stands for on a server: an id, the beginning of exactly one, or `last` for the newest. Throws
 * `bisection-not-found` where none or several fit.
 */
export async function findRemote(server: RemoteServer, name: string): Promise<string> {
  const { entries } = await listRemote(server, name === "last" ? "" : name);
  const ids = entries.map(({ id }) => id).toReversed();
  return namedBisection(ids, name, "firstbad list --server", {});
}
