import { join } from "node:path";
import { setImmediate as others } from "node:timers/promises";
import type { BisectionEvent, EventOf } from "../../event/index.ts";
import { Failure } from "../../failure/failure.ts";
import { isHeldForWriting, readFileJournal } from "../../journal/file-journal.ts";
import { findBisection, listBisections } from "../../journal/store.ts";
import { conditionsIn, conditionsOf } from "./conditions.ts";
import { type Comparable, differences } from "./differences.ts";
import { offerOf } from "./offer.ts";

type Offer = EventOf<"evidence-offered">;

/** What is to be known of the bisection that borrows. */
export type Borrower = Comparable & Pick<EventOf<"started">, "id" | "crashes" | "goal">;

/**
 * What an earlier bisection below `root` lends to `borrower`, which begins. `wanted`: the one of this name,
 * which is refused with the reason where its runs are none for this one (`reuse-refused`); `auto`: the newest whose
 * runs are; `same`: the newest of these that began at the same commit and was not judged wrong. Null: there is none.
 */
export async function findLender(
  root: string,
  borrower: Borrower,
  wanted: string,
): Promise<Offer | null> {
  // As a journal keeps it, which is what it is compared with.
  const started: Borrower = JSON.parse(JSON.stringify(borrower));
  if (wanted !== "auto" && wanted !== "same") return named(root, started, wanted);
  if (differences(started, started).length > 0) return null;
  const conditions = conditionsOf(started);
  for (const id of (await listBisections(root)).toReversed()) {
    await others();
    const folder = join(root, id);
    if (id === started.id || conditionsIn(folder) !== conditions) continue;
    const offer = await offerOfOther(folder, id, started, wanted);
    if (offer !== null) return offer;
  }
  return null;
}

async function offerOfOther(
  folder: string,
  id: string,
  started: Borrower,
  wanted: "auto" | "same",
): Promise<Offer | null> {
  const events = await readFileJournal(folder).catch(() => []);
  const [theirs] = events;
  if (theirs?.kind !== "started" || differences(started, theirs).length > 0) return null;
  // A survey has looked at few commits of a range: it would take the place of one that looked at more.
  if (theirs.goal === "presence" && started.goal !== "presence") return null;
  const isSame = theirs.crashes.hash === started.crashes.hash;
  if (wanted === "same" && (!isSame || isJudgedWrong(events))) return null;
  // What is under way has not said all that it will say.
  if (await isHeldForWriting(folder)) return null;
  return offerOf(id, events, wanted === "same" ? "same" : "asked");
}

async function named(root: string, started: Borrower, name: string): Promise<Offer> {
  const id = await findBisection(root, name);
  const events = await readFileJournal(join(root, id));
  const [theirs] = events;
  const why = theirs?.kind === "started" ? differences(started, theirs) : ["it has not begun"];
  if (why.length > 0) {
    throw new Failure(
      "reuse-refused",
      `the runs of ${id} are none for this bisection: ${why.join("; ")}`,
      {
        facts: { id, why },
        hint: "leave out --reuse; or begin with the same job, and other ends alone",
      },
    );
  }
  const offer = offerOf(id, events, "asked");
  if (offer !== null) return offer;
  throw new Failure("reuse-refused", `${id} has no run to lend`, { hint: "leave out --reuse" });
}

function isJudgedWrong(events: readonly BisectionEvent[]): boolean {
  return events.findLast((event) => event.kind === "judged")?.verdict === "wrong";
}
