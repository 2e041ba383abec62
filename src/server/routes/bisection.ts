import { z } from "zod";
import { bisectionView } from "../../view/schema.ts";
import { type App, addAddress } from "../http/address.ts";
import { feedResponse } from "../http/feed.ts";
import { eventFeed, viewFeed } from "../live/feeds.ts";
import type { Reading } from "./context.ts";
import { idOf } from "./params.ts";

/** Events that are made text before others have their turn. */
const eventsAtOnce = 500;

/** One bisection: its view, what changes in it, and the events that all is made of. */
export function addBisection(app: App, { home, views }: Reading): void {
  addAddress(
    app,
    {
      method: "get",
      path: "/api/bisections/{id}",
      role: "read",
      summary: "One bisection, whole, and the number of the newest event in it.",
      params: idOf,
      answer: z.object({ seq: z.number(), view: bisectionView }),
    },
    async ({ params: { id } }) => {
      const { view } = await views.of(id);
      return jsonText(view.whole());
    },
  );
  addAddress(
    app,
    {
      method: "get",
      path: "/api/bisections/{id}/live",
      role: "read",
      summary:
        "Changes as they happen: `view` messages with the parts that changed, `progress` of builds. All parts come first, or what changed since `Last-Event-ID`.",
      params: idOf,
      answer: "text/event-stream",
    },
    async ({ params: { id }, request, signal }) => {
      const { followed, view } = await views.of(id);
      const lastId = request.headers.get("last-event-id");
      return feedResponse((wake) => viewFeed(followed, view, lastId, wake), signal);
    },
  );
  addAddress(
    app,
    {
      method: "get",
      path: "/api/bisections/{id}/events",
      role: "read",
      summary:
        "Its events, one a line; with `follow=1` or `Accept: text/event-stream` as messages, as they happen.",
      params: idOf,
      query: z.object({ follow: z.enum(["0", "1"]).optional() }),
      answer: "application/x-ndjson",
    },
    async ({ params: { id }, query, request, signal }) => {
      const followed = await home.follow(id);
      const wantsStream = (request.headers.get("accept") ?? "").includes("text/event-stream");
      if (query.follow === "1" || (wantsStream && query.follow !== "0")) {
        const last = Number.parseInt(request.headers.get("last-event-id") ?? "", 10);
        const after = Number.isNaN(last) ? -1 : Math.max(-1, last);
        return feedResponse((wake) => eventFeed(followed, after, wake), signal);
      }
      return lines(followed.events);
    },
  );
}

/** A response that is JSON already. */
function jsonText(text: string): Response {
  return new Response(text, {
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
  });
}

function lines(events: readonly unknown[]): Response {
  const until = events.length;
  let next = 0;
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const some = events.slice(next, Math.min(until, next + eventsAtOnce));
      next += some.length;
      if (some.length === 0) controller.close();
      else
        controller.enqueue(
          encoder.encode(some.map((event) => `${JSON.stringify(event)}\n`).join("")),
        );
    },
  });
  return new Response(body, {
    headers: { "content-type": "application/x-ndjson; charset=utf-8", "cache-control": "no-store" },
  });
}
