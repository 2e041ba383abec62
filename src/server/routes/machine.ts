import { join } from "node:path";
import { z } from "zod";
import { checks } from "../../doctor/checks.ts";
import { examine, isAble } from "../../doctor/examine.ts";
import { readFileJournal } from "../../journal/file-journal.ts";
import { accuracyOf } from "../../report/index.ts";
import type { Home } from "../home/home.ts";
import { type App, addAddress } from "../http/address.ts";

/** Milliseconds for which an examination of the machine is told again. */
const examinedFor = 60_000;

const anything = z.looseObject({ version: z.literal(1) });

/** What this machine can do, and how often what was said was right. */
export function addMachine(
  app: App,
  {
    home,
    folders,
  }: {
    readonly home: Home;
    readonly folders: {
      readonly bisections: string;
      readonly cache: string;
      readonly tests: string;
    };
  },
): void {
  let examined: { readonly at: number; readonly told: Promise<unknown> } | null = null;
  addAddress(
    app,
    {
      method: "get",
      path: "/api/doctor",
      role: "read",
      summary:
        "What this machine can do, and how to mend what it cannot: `firstbad doctor --json`.",
      answer: anything,
    },
    () => {
      if (examined === null || Date.now() - examined.at > examinedFor) {
        const path = process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin";
        const told = examine(checks, { path, ...folders }).then((checked) => {
          return { version: 1, able: isAble(checked), checks: checked };
        });
        told.catch(() => {
          examined = null;
        });
        examined = { at: Date.now(), told };
      }
      return examined.told;
    },
  );
  addAddress(
    app,
    {
      method: "get",
      path: "/api/accuracy",
      role: "read",
      summary: "How many of the judged answers are right: `firstbad accuracy --json`.",
      answer: anything,
    },
    async () => {
      const judged = [];
      let concluded = 0;
      // Only what was judged has to be read: of the others it counts that they are there.
      for (const entry of [...home.list.entries()]) {
        if (entry.group !== "concluded") continue;
        if (entry.judged === null) concluded++;
        else judged.push(await readFileJournal(join(folders.bisections, entry.id)).catch(() => []));
      }
      const told = accuracyOf(judged);
      return { ...told, concluded: told.concluded + concluded };
    },
  );
}
