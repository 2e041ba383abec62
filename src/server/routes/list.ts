import { z } from "zod";
import { type ListEntryView, listEntry } from "../../view/schema.ts";
import type { Home } from "../home/home.ts";
import { type App, addAddress } from "../http/address.ts";
import { feedResponse } from "../http/feed.ts";
import { listFeed } from "../live/feeds.ts";

/** Entries that one answer has, at most, and where nothing is said. */
const [mostEntries, usualEntries] = [1000, 100];

const groups = ["running", "waiting", "concluded"] as const;

const query = z.object({
  group: z.enum(groups).optional(),
  find: z.enum(["cause", "fix"]).optional(),
  /** Words that the entry has somewhere, all of them. */
  q: z.string().max(500).optional(),
  sort: z.enum(["heard", "begun", "state"]).default("heard"),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(mostEntries).default(usualEntries),
});

const listAnswer = z.object({
  /** The change of the list that it has seen: `live?after=` goes on from there. */
  seq: z.number(),
  total: z.number(),
  /** How many there are in each group, whatever group was asked for. */
  counts: z.object({ running: z.number(), waiting: z.number(), concluded: z.number() }),
  /** Journals that are still to be read for the first time, and are not in the list yet. */
  unread: z.number(),
  entries: z.array(listEntry),
});

/** The list of bisections, and what changes in it. */
export function addList(app: App, home: Home): void {
  addAddress(
    app,
    {
      method: "get",
      path: "/api/bisections",
      role: "read",
      summary: "Bisections: those that fit, so many of them from an offset on.",
      query,
      answer: listAnswer,
    },
    ({ query: asked }) => listed(home, asked),
  );
  addAddress(
    app,
    {
      method: "get",
      path: "/api/bisections/live",
      role: "read",
      summary: "Entries as they change: `entry` messages, each with a growing number as its id.",
      query: z.object({ after: z.coerce.number().int().min(0).optional() }),
      answer: "text/event-stream",
    },
    ({ query: { after }, request, signal }) => {
      const lastId = Number.parseInt(request.headers.get("last-event-id") ?? "", 10);
      const from = Number.isNaN(lastId) ? (after ?? home.list.newest) : lastId;
      return feedResponse((wake) => listFeed(home.list, from, wake), signal);
    },
  );
}

function listed(home: Home, asked: z.infer<typeof query>): z.infer<typeof listAnswer> {
  const words = (asked.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const counts = { running: 0, waiting: 0, concluded: 0 };
  const fitting: ListEntryView[] = [];
  for (const entry of home.list.entries()) {
    if (asked.find !== undefined && entry.find !== asked.find) continue;
    if (words.length > 0 && !hasAll(entry, words)) continue;
    counts[entry.group]++;
    if (asked.group === undefined || entry.group === asked.group) fitting.push(entry);
  }
  fitting.sort(orders[asked.sort]);
  const entries = fitting.slice(asked.offset, asked.offset + asked.limit);
  return { seq: home.list.newest, total: fitting.length, counts, unread: home.unread, entries };
}

function hasAll(
  { id, title, what, repo, state }: ListEntryView,
  words: readonly string[],
): boolean {
  const text = [id, title, what, repo, state].join("\n").toLowerCase();
  return words.every((word) => text.includes(word));
}

type Order = (a: ListEntryView, b: ListEntryView) => number;

/** ISO 8601 times are in order as texts are; where there is none it comes last. */
const newest =
  (key: "heard" | "begun"): Order =>
  (a, b) => {
    const [one, other] = [a[key] ?? "", b[key] ?? ""];
    return one < other ? 1 : one > other ? -1 : a.id < b.id ? 1 : -1;
  };

const orders: Record<z.infer<typeof query>["sort"], Order> = {
  heard: newest("heard"),
  begun: newest("begun"),
  state: (a, b) =>
    groups.indexOf(a.group) - groups.indexOf(b.group) ||
    (a.state < b.state ? -1 : a.state > b.state ? 1 : newest("heard")(a, b)),
};
