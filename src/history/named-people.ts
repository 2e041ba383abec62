import { mailAddressIn } from "./mail-address.ts";

/** Most lines of a message that are looked at, and characters of a name. */
const mostLines = 10_000;
const longestName = 100;

/**
 * The name of everybody that a commit names as `Name <address>`, its author and those of its trailers, by the
 * address in lower case; the first name counts where somebody has several.
 */
export function namedPeople(commit: {
  readonly author: { readonly name: string; readonly email: string };
  /** The whole message. */
  readonly message: string;
}): ReadonlyMap<string, string> {
  const { author, message } = commit;
  const lines = message.split("\n", mostLines).map((line) => line.slice(line.indexOf(":") + 1));
  const names = new Map<string, string>();
  for (const text of [`${author.name} <${author.email}>`, ...lines]) {
    const person = personIn(text.slice(0, 1000));
    if (person !== null && person.name !== "" && !names.has(person.address)) {
      names.set(person.address, person.name);
    }
  }
  return names;
}

/** Who `Name <address>` or `address` is, the address in lower case; null where there is no usable address. */
export function personIn(text: string): { readonly name: string; readonly address: string } | null {
  const address = mailAddressIn(text);
  if (address === null) return null;
  const name = text.includes("<") ? text.slice(0, text.lastIndexOf("<")) : "";
  return { name: cleanName(name), address };
}

function cleanName(text: string): string {
  const bare = text
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, " ")
    .trim();
  return bare
    .replace(/^"(.*)"$/, "$1")
    .slice(0, longestName)
    .trim();
}
