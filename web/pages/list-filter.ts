/** What of the list is asked for, as it is in the address. */
export interface Filter {
  readonly group: "" | "running" | "waiting" | "concluded";
  readonly find: "" | "cause" | "fix";
  readonly q: string;
  readonly sort: "heard" | "begun" | "state";
  readonly offset: number;
}

/** Entries on one page of the list. */
export const pageSize = 100;

const groups = ["running", "waiting", "concluded"] as const;
const finds = ["cause", "fix"] as const;
const sorts = ["heard", "begun", "state"] as const;

/** What an address asks for; what it asks wrongly counts as not asked. */
export function filterOf(query: URLSearchParams): Filter {
  const offset = Number(query.get("offset") ?? "0");
  return {
    group: groups.find((group) => group === query.get("group")) ?? "",
    find: finds.find((find) => find === query.get("find")) ?? "",
    q: query.get("q") ?? "",
    sort: sorts.find((sort) => sort === query.get("sort")) ?? "heard",
    offset: Number.isSafeInteger(offset) && offset > 0 ? offset : 0,
  };
}

/** The address of `filter`, without what is as it usually is: begins with `?`, or empty. */
export function queryOf({ group, find, q, sort, offset }: Filter): string {
  const query = new URLSearchParams();
  if (group !== "") query.set("group", group);
  if (find !== "") query.set("find", find);
  if (q !== "") query.set("q", q);
  if (sort !== "heard") query.set("sort", sort);
  if (offset > 0) query.set("offset", String(offset));
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** Whether an entry that changed belongs among those that are asked for, as far as the page can tell: not by words. */
export function belongs(
  filter: Filter,
  entry: { readonly group: string; readonly find: string },
): boolean {
  return (
    (filter.group === "" || filter.group === entry.group) &&
    (filter.find === "" || filter.find === entry.find)
  );
}
