import { mailAddressIn } from "./mail-address.ts";

/** Whom to tell: addresses in lower case, sorted, each once in only one of the two lists. */
export interface Recipients {
  readonly to: string[];
  readonly cc: string[];
}

/**
 * Trailers whose people answer for the commit: `Signed-off-by`, `Reviewed-by`, `Acked-by`, `Tested-by`
 * and joined forms such as `Reported-and-tested-by`. Not `Cc`, which is often only a courtesy, nor a
 * plain `Reported-by`.
 */
const responsible = /^(?:signed-off-by|(?:[a-z-]{1,40}-and-)?(?:reviewed|acked|tested)-by)$/;

/** Lists that collect backports and want no reports. */
const ignored: ReadonlySet<string> = new Set(["stable@vger.kernel.org", "stable@kernel.org"]);

/** Every patch goes there; it is told only where no list is closer. */
const generalList = "linux-kernel@vger.kernel.org";

/** The people who answer for a commit: its author and those of its trailers, all of them `to`. */
export function recipientsOf(commit: {
  readonly author: { readonly email: string };
  /** The whole message, the subject included. */
  readonly message: string;
}): Recipients {
  const addresses = [mailAddressIn(commit.author.email)];
  const [, ...body] = commit.message.split("\n");
  for (const line of body) {
    const colon = line.indexOf(":");
    if (colon > 0 && colon < 64 && responsible.test(line.slice(0, colon).toLowerCase())) {
      addresses.push(mailAddressIn(line.slice(colon + 1)));
    }
  }
  return recipients(addresses, []);
}

/**
 * What `scripts/get_maintainer.pl --roles` prints, a line each: `Name <address> (role:SUBSYSTEM)`.
 * Lists, maintainers and supporters are `to`, other roles `cc`; the general kernel list is `to` only
 * where it is the one list. Other lines are passed over.
 */
export function parseMaintainers(text: string): Recipients {
  const to: string[] = [];
  const cc: string[] = [];
  let general = false;
  let otherList = false;
  for (const line of text.split("\n")) {
    const entry = parseLine(line);
    if (entry === null) continue;
    const isList = /\blist\b/.test(entry.role);
    if (entry.address === generalList) {
      general = true;
      continue;
    }
    otherList ||= isList;
    const isTo = isList || entry.role === "maintainer" || entry.role === "supporter";
    (isTo ? to : cc).push(entry.address);
  }
  if (general) (otherList ? cc : to).push(generalList);
  return recipients(to, cc);
}

/** All of these together; who is `to` in one of them is not `cc`. */
export function mergeRecipients(...parts: readonly Recipients[]): Recipients {
  return recipients(
    parts.flatMap((part) => part.to),
    parts.flatMap((part) => part.cc),
  );
}

/** Address and first role of a line; the name may be quoted and the role contain brackets of its own. */
function parseLine(line: string): { readonly address: string; readonly role: string } | null {
  const afterAddress = line.indexOf(">") + 1;
  const open = line.indexOf("(", afterAddress);
  if (open < 0 || !line.trimEnd().endsWith(")")) return null;
  const address = mailAddressIn(line.slice(0, open));
  if (address === null) return null;
  const [role = ""] = line.slice(open + 1, line.lastIndexOf(")")).split(/[:,]/, 1);
  return { address, role: role.trim().toLowerCase() };
}

function recipients(to: Iterable<string | null>, cc: Iterable<string | null>): Recipients {
  const first = wanted(to);
  const second = wanted(cc).filter((address) => !first.includes(address));
  return { to: first, cc: second };
}

function wanted(addresses: Iterable<string | null>): string[] {
  const kept = new Set<string>();
  for (const address of addresses) {
    if (address !== null && !ignored.has(address)) kept.add(address);
  }
  return [...kept].sort();
}
