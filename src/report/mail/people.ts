/** Somebody, by an address in lower case and, where it is known, a name. */
export interface Person {
  readonly name: string;
  readonly address: string;
}

/** Whom a mail goes to, each address once. */
export interface Addressees {
  readonly to: readonly Person[];
  readonly cc: readonly Person[];
}

/** Where regressions of Linux are followed (Documentation/admin-guide/reporting-regressions.rst). */
const regressionsList = "regressions@lists.linux.dev";

/** Everybody's list, for commits of which no closer one is known. */
const generalList = "linux-kernel@vger.kernel.org";

/** Hosts of mailing lists that lore.kernel.org keeps. */
const listHosts =
  /@(?:vger\.kernel\.org|lists\.[a-z0-9.-]{1,60}|[a-z0-9.-]{1,60}\.kvack\.org|kvack\.org|[a-z0-9-]{1,60}\.googlegroups\.com|googlegroups\.com)$/;

/** Whether an address is that of a mailing list. */
export function isList(address: string): boolean {
  return listHosts.test(address);
}

/**
 * Whom the result is told: those who answer for the culprit, `more`, and of a commit of Linux the list of its
 * regressions and, where no list is among them, everybody's. Nobody is told twice, nor the sender.
 */
export function addresseesOf(given: {
  readonly recipients: Addressees;
  readonly more: readonly Person[];
  readonly from: string | null;
  readonly isLinux: boolean;
}): Addressees {
  const { recipients, more, from, isLinux } = given;
  const everyone = [...recipients.to, ...recipients.cc, ...more];
  const lists = !isLinux
    ? []
    : everyone.some(({ address }) => isList(address))
      ? [regressionsList]
      : [generalList, regressionsList];
  const told = new Set(from === null ? [] : [from]);
  const once = (people: readonly Person[]) =>
    people.filter(({ address }) => !told.has(address) && told.add(address));
  const to = once(recipients.to);
  const cc = once([...more, ...recipients.cc, ...lists.map((address) => ({ name: "", address }))]);
  // A mail goes to somebody: where nobody answers for the commit, to those who would have a copy.
  return to.length > 0 ? { to, cc } : { to: cc, cc: [] };
}

/** `Zoë <z@example.org>`, for people. */
export function personText({ name, address }: Person): string {
  return name === "" ? address : `${name} <${address}>`;
}
