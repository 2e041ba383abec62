import { drive } from "../bisection/driver.ts";
import { policyOf } from "../bisection/policy-of.ts";
import { asFailure, type Failure } from "../failure/failure.ts";
import type { Repository } from "../history/repository.ts";
import type { HeldJournal } from "../journal/journal.ts";
import type { Lab } from "../lab/lab.ts";
import { logFileOf } from "./log-file.ts";
import { logKeeper } from "./log-keeper.ts";
import { type Observer, observed } from "./observer.ts";

/** A bisection that is held by this process. */
export interface Held {
  readonly folder: string;
  readonly journal: HeldJournal;
  readonly lab: Lab;
  readonly repository: Repository;
}

/**
 * Drives a held bisection to its end or until it is stopped, with its log kept and `observers` told, and gives back all
 * that was held. Resolves to what broke it off, which `broke` hears of before anything is given back; null: nothing did.
 */
export async function driveHeld(
  held: Held,
  observers: readonly Observer[],
  { finish, halt }: { readonly finish: AbortSignal; readonly halt: AbortSignal },
  broke: (failure: Failure) => void = () => {},
): Promise<Failure | null> {
  const { folder, journal, lab } = held;
  const all = [logKeeper(logFileOf(folder)), ...observers];
  let failure: Failure | null = null;
  try {
    await drive({
      ...held,
      journal: observed(journal, all),
      requests: journal.requests,
      policy: policyOf(journal.events),
      finish,
      halt,
      tell: (text) => {
        for (const observer of all) observer.note?.(text);
      },
      onBuildProgress: (kernel, progress) => {
        for (const observer of all) observer.building?.(kernel, progress);
      },
    });
  } catch (error) {
    failure = asFailure(error);
  } finally {
    for (const observer of all) await observer.end?.();
    if (failure !== null) broke(failure);
    await lab.close();
    await journal.close();
  }
  return failure;
}
