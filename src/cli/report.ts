import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type DocumentForm, documentOf } from "../document/document.ts";
import { Failure } from "../failure/failure.ts";
import { isHeldForWriting, readFileJournal } from "../journal/file-journal.ts";
import { findBisection } from "../journal/store.ts";
import { logFileOf } from "../session/log-file.ts";
import { foldersOf } from "./folders.ts";
import { version } from "./version.ts";

export interface ReportFlags {
  readonly html?: boolean;
  readonly markdown?: boolean;
  readonly text?: boolean;
  readonly json?: boolean;
  /** Where it is written; absent: standard output. */
  readonly output?: string;
  /** All consoles are in the page. */
  readonly consoles?: boolean;
}

/** `firstbad report ID`: a bisection as one document. */
export async function report(name: string, flags: ReportFlags): Promise<number> {
  const { bisections } = foldersOf(process.env);
  const folder = join(bisections, await findBisection(bisections, name));
  const events = await readFileJournal(folder);
  const text = await documentOf(formOf(flags), folder, events, {
    running: await isHeldForWriting(folder),
    log: logFileOf(folder),
    tool: version,
    now: Date.now(),
    consoles: flags.consoles,
  });
  if (flags.output === undefined || flags.output === "-") process.stdout.write(text);
  else await write(flags.output, text);
  return 0;
}

function formOf({ html, markdown, json }: ReportFlags): DocumentForm {
  return html ? "html" : markdown ? "markdown" : json ? "json" : "text";
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure("folder-not-writable", `the report is not written: ${why}`, {
      facts: { path },
      hint: "give `--output` a file in a folder that is there and yours",
      cause: error,
    });
  }
}
