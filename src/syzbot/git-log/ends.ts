/** What the words behind `git bisect start` say. */
export interface Start {
  /** git's words for the two sides. */
  readonly terms: { readonly after: string; readonly before: string };
  readonly after: string | null;
  readonly before: readonly string[];
  readonly firstParent: boolean;
  readonly paths: readonly string[];
}

const afterOptions = ["--term-new", "--term-bad"];
const beforeOptions = ["--term-old", "--term-good"];

/** The words behind `git bisect start` taken apart; further options say nothing of the search. */
export function startOf(words: readonly string[]): Start {
  const terms = { after: "bad", before: "good" };
  const revisions: string[] = [];
  for (let at = 0; at < words.length && words[at] !== "--"; at++) {
    const word = words[at] ?? "";
    if (!word.startsWith("--")) {
      revisions.push(word);
      continue;
    }
    const [option = "", ...rest] = word.split("=");
    const side = afterOptions.includes(option)
      ? "after"
      : beforeOptions.includes(option)
        ? "before"
        : null;
    if (side !== null) terms[side] = rest.length > 0 ? rest.join("=") : (words[++at] ?? "");
  }
  const [after = null, ...before] = revisions;
  const dashes = words.indexOf("--");
  return {
    terms,
    after,
    before,
    firstParent: (dashes < 0 ? words : words.slice(0, dashes)).includes("--first-parent"),
    paths: dashes < 0 ? [] : words.slice(dashes + 1),
  };
}

/** Which command a term is, with these words for the sides; null where it is none. */
export function commandOf(term: string, terms: Start["terms"]): "before" | "after" | "skip" | null {
  if (term === "skip") return "skip";
  if (term === terms.after || term === "bad" || term === "new") return "after";
  if (term === terms.before || term === "good" || term === "old") return "before";
  return null;
}
