import { Readable } from "node:stream";
import { z } from "zod";
import { packed } from "../../archive/pack.ts";
import { suspicionIn, suspicionToShow } from "../../bisection/told-suspicion.ts";
import { documentForms, documentOf } from "../../document/document.ts";
import { explanationOf, resultOf, showText } from "../../report/index.ts";
import { logFileOf } from "../../session/log-file.ts";
import { logForms, logText } from "../../session/log-text.ts";
import { type App, addAddress } from "../http/address.ts";
import type { Reading } from "./context.ts";
import { idOf } from "./params.ts";

const anything = z.looseObject({ version: z.literal(1) });

/** What a bisection came to, as commands tell it. */
export function addResults(app: App, { home, views }: Reading, tool: string): void {
  const path = "/api/bisections/{id}";
  addAddress(
    app,
    {
      method: "get",
      path: `${path}/result`,
      role: "read",
      summary:
        "What it came to, or where it stands: what `firstbad show` prints, with --json or as text.",
      params: idOf,
      query: z.object({ format: z.enum(["json", "text"]).default("json") }),
      answer: anything,
    },
    async ({ params: { id }, query: { format } }) => {
      const { folder, events, running } = await home.follow(id);
      const until = events.slice();
      const suspicion = await views.inTurn.do(() => suspicionToShow(folder, until));
      if (format === "json") return resultOf(until, { log: logFileOf(folder), suspicion });
      // Without the place of the log: it is a path of this machine.
      return plainText(showText(until, { log: null, running, suspicion }));
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
      return plainText(logText(events, format));
    },
  );
  addAddress(
    app,
    {
      method: "get",
      path: `${path}/report`,
      role: "read",
      summary: "It as one document: a page that stands by itself, Markdown, text or JSON.",
      params: idOf,
      query: z.object({
        format: z.enum(documentForms).default("html"),
        /** All consoles are in the page. */
        consoles: z.enum(["0", "1"]).default("0"),
      }),
      answer: "text/html",
    },
    async ({ params: { id }, query: { format, consoles }, signal }) => {
      const { folder, events, running } = await home.follow(id);
      const until = events.slice();
      const around = { running, log: logFileOf(folder), tool, now: Date.now(), signal };
      const text = await views.inTurn.do(() =>
        documentOf(format, folder, until, { ...around, consoles: consoles === "1" }),
      );
      const { type, ending } = documentTypes[format];
      return new Response(text, { headers: download(type, `${id}.${ending}`) });
    },
  );
  addAddress(
    app,
    {
      method: "get",
      path: `${path}/export`,
      role: "read",
      summary: "All of it in one archive, which `firstbad import` takes.",
      params: idOf,
      answer: "application/gzip",
    },
    async ({ params: { id } }) => {
      const { folder } = await home.follow(id);
      const body = Readable.toWeb(packed(folder, id)) as ReadableStream<Uint8Array>;
      return new Response(body, { headers: download("application/gzip", `${id}.tar.gz`) });
    },
  );
}

function plainText(text: string): Response {
  return new Response(text, {
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });
}

const documentTypes = {
  html: { type: "text/html; charset=utf-8", ending: "html" },
  markdown: { type: "text/markdown; charset=utf-8", ending: "md" },
  text: { type: "text/plain; charset=utf-8", ending: "txt" },
  json: { type: "application/json; charset=utf-8", ending: "json" },
} as const;

/** It is kept as a file, and never opened as a page of this server. */
function download(type: string, name: string): Record<string, string> {
  return {
    "content-type": type,
    "content-disposition": `attachment; filename="${name}"`,
    "cache-control": "no-store",
  };
}
