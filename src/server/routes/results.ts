import { z } from "zod";
import { suspicionIn, suspicionToShow } from "../../bisection/told-suspicion.ts";
import { explanationOf, resultOf } from "../../report/index.ts";
import { logFileOf } from "../../session/log-file.ts";
import { logForms, logText } from "../../session/log-text.ts";
import { type App, addAddress } from "../http/address.ts";
import type { Reading } from "./context.ts";
import { idOf } from "./params.ts";

const anything = z.looseObject({ version: z.literal(1) });

/** What a bisection came to, as commands tell it. */
export function addResults(app: App, { home, views }: Reading): void {
  const path = "/api/bisections/{id}";
  addAddress(
    app,
    {
      method: "get",
      path: `${path}/result`,
      role: "read",
      summary: "What it came to, or where it stands: what `firstbad show --json` prints.",
      params: idOf,
      answer: anything,
    },
    async ({ params: { id } }) => {
      const { folder, events } = await home.follow(id);
      const until = events.slice();
      const suspicion = await views.inTurn.do(() => suspicionToShow(folder, until));
      return resultOf(until, { log: logFileOf(folder), suspicion });
    },
  );
  addAddress(
    app,
    {
      method: "get",
      path: `${path}/explain`,
      role: "read",
      summary: "What was tested and why, and why it is believed: `firstbad explain --json`.",
      params: idOf,
      answer: anything,
    },
    async ({ params: { id } }) => {
      const followed = await home.follow(id);
      const { folder, running } = followed;
      const events = followed.events.slice();
      const graph = await views.graphs.of(followed);
      const suspicion = await views.inTurn.do(() => suspicionIn(folder, events).catch(() => null));
      return explanationOf(events, { graph, running, suspicion });
    },
  );
  addAddress(
    app,
    {
      method: "get",
      path: `${path}/log`,
      role: "read",
      summary: "Its log, in the form of syzbot, of git, or its events as lines of JSON.",
      params: idOf,
      query: z.object({ format: z.enum(logForms).default("syzbot") }),
      answer: "text/plain",
    },
    async ({ params: { id }, query: { format } }) => {
      const { events } = await home.follow(id);
      return new Response(logText(events, format), {
        headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
      });
    },
  );
}
