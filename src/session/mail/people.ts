import type { EventOf } from "../../event/index.ts";
import { Failure } from "../../failure/failure.ts";
import { namedPeople, personIn } from "../../history/named-people.ts";
import { ownName } from "../../history/own-name.ts";
import type { Person } from "../../mail/mail.ts";
import { type Addressees, addresseesOf, isOfKernel } from "../../report/index.ts";
import type { Summary } from "../../syzbot/index.ts";

/** Whom flags name. */
export interface PeopleFlags {
  readonly from?: string;
  /** In place of all others. */
  readonly to?: readonly string[];
  /** Beside the others. */
  readonly cc?: readonly string[];
}

/** Who sends: the flag, FIRSTBAD_MAIL_FROM, or who the user is to git; null: nobody is named. */
export async function senderOf(
  { from }: PeopleFlags,
  env: NodeJS.ProcessEnv,
): Promise<Person | null> {
  const given = from ?? env.FIRSTBAD_MAIL_FROM;
  return given ? personNamed(given, "--from") : ownName(env);
}

/** Whom a mail about `culprit` goes to. Throws `mail-incomplete` where a flag names nobody. */
export function whomToTell(
  summary: Summary,
  culprit: string,
  { to, cc = [] }: PeopleFlags,
  around: { readonly from: Person | null; readonly reportedBy: string | null },
): Addressees {
  const commit = summary.commits.get(culprit);
  const copies = cc.map((text) => personNamed(text, "--cc"));
  if (to !== undefined) return { to: to.map((text) => personNamed(text, "--to")), cc: copies };
  const reporter = around.reportedBy === null ? null : personIn(around.reportedBy);
  return addresseesOf({
    recipients: commit === undefined ? { to: [], cc: [] } : answerable(commit),
    more: [...(reporter === null ? [] : [reporter]), ...copies],
    from: around.from?.address ?? null,
    isLinux: isOfKernel(summary),
  });
}

/** Those who answer for a commit, by the names that it calls them. */
function answerable(commit: EventOf<"commit-described">): Addressees {
  const names = namedPeople(commit);
  const people = (list: readonly string[]) =>
    list.flatMap((text) => {
      const person = personIn(text);
      return person === null
        ? []
        : [{ ...person, name: person.name || (names.get(person.address) ?? "") }];
    });
  const { to = [], cc = [] } = commit.recipients ?? {};
  return { to: people(to), cc: people(cc) };
}

function personNamed(text: string, flag: string): Person {
  const person = personIn(text);
  if (person !== null) return person;
  throw new Failure("mail-incomplete", `${flag} names nobody: ${JSON.stringify(text)}`, {
    hint: 'expected "NAME <USER@HOST>" or USER@HOST',
  });
}
