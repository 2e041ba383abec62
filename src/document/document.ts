import { suspicionToShow } from "../bisection/told-suspicion.ts";
import type { BisectionEvent } from "../event/index.ts";
import { evidenceTable } from "../report/evidence-table.ts";
import { resultOf, showText } from "../report/index.ts";
import { givenOf, type Making } from "./given.ts";
import { pageOf } from "./html.ts";
import { markdownOf } from "./markdown.ts";

/** The forms that a document has. */
export const documentForms = ["html", "markdown", "text", "json"] as const;
export type DocumentForm = (typeof documentForms)[number];

/**
 * The bisection in `folder`, whose events these are, as one document; it may be at work still. What is not there any
 * more (its repository, consoles) is left out. Throws `report-not-built` where a page is asked for and was not built.
 */
export async function documentOf(
  form: DocumentForm,
  folder: string,
  events: readonly BisectionEvent[],
  making: Making,
): Promise<string> {
  const { log, running } = making;
  switch (form) {
    case "html":
      return pageOf(await givenOf(folder, events, making));
    case "markdown":
      return markdownOf(await givenOf(folder, events, { ...making, consoles: false }));
    case "text": {
      const suspicion = await suspicionToShow(folder, events);
      const table = evidenceTable(events);
      return `${showText(events, { log, running, suspicion })}${table === "" ? "" : `\n${table}`}`;
    }
    case "json": {
      const suspicion = await suspicionToShow(folder, events);
      return `${JSON.stringify(resultOf(events, { log, suspicion }))}\n`;
    }
    default:
      return form satisfies never;
  }
}
