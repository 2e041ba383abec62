import { Failure } from "../failure/failure.ts";

/**
 * The id that `name` stands for among `ids`, oldest first: an id, the beginning of exactly one, or `last` for the
 * newest. Throws `bisection-not-found` where none or several fit; `list` is the command that tells all.
 */
export function namedBisection(
  ids: readonly string[],
  name: string,
  list: string,
  facts: Readonly<Record<string, string>>,
): string {
  const last = ids.at(-1);
  if (name === "last" && last !== undefined) return last;
  if (ids.includes(name)) return name;
  const fitting = ids.filter((id) => id.startsWith(name) || id.slice(11).startsWith(name));
  if (fitting.length === 1 && fitting[0] !== undefined && name !== "") return fitting[0];
  const what = fitting.length > 1 ? `${fitting.length} bisections are` : "no bisection is";
  throw new Failure("bisection-not-found", `${what} called ${JSON.stringify(name)}`, {
    facts: { name, ...facts },
    hint: fitting.length > 1 ? `one of: ${fitting.join(", ")}` : `see \`${list}\``,
  });
}
