import type { EventOf } from "../event/index.ts";
import { shortHash } from "../event/short-hash.ts";
import { plainLine, type Summary } from "../syzbot/index.ts";
import { columns } from "./columns.ts";
import { countText, plural } from "./words.ts";

type Traced = EventOf<"presence-traced">["trees"][number]["cause"];

/** What follows of a tree, for people. */
export const treeStates = {
  affected: "affected",
  "not-affected": "not affected",
  fixed: "fixed",
  unbuildable: "cannot be built",
  unknown: "unknown",
} as const satisfies Record<EventOf<"presence-told">["trees"][number]["state"], string>;

const ways = {
  itself: "",
  upstream: " (upstream's)",
  picked: " (cherry-picked)",
  patch: " (same change)",
  title: " (same title)",
  revert: " (revert)",
} as const satisfies Record<NonNullable<Traced>["how"], string>;

/** What was asked, as one line of progress. */
export function askedText({ trees, cause, fix }: EventOf<"presence-asked">): string {
  const known = [
    ...(cause === null ? [] : [`cause ${plainLine(cause.name)}`]),
    ...(fix === null ? [] : [`fix ${plainLine(fix.name)}`]),
  ];
  const by = known.length === 0 ? "neither cause nor fix is known" : known.join(", ");
  return `presence in ${plural(trees.length, "tree")}: ${by}`;
}

/** What the trees have, by content, as one line of progress. */
export function tracedText({ trees }: EventOf<"presence-traced">): string {
  const causes = trees.filter(({ cause }) => cause !== null).length;
  const fixes = trees.filter(({ fix }) => fix !== null).length;
  return `presence: ${causes} of ${plural(trees.length, "tree")} have the cause, ${fixes} the fix`;
}

/** A table of the trees; nothing before it is known what follows of them. */
export function presenceLines(summary: Summary): string[] {
  const { asked, traced, told } = summary.presence;
  if (asked === null || traced === null || told === null) return [];
  const rows = asked.trees.map(({ name, hash }, place) => {
    const has = traced.trees[place];
    const follows = told.trees[place];
    return [
      plainLine(name),
      shortHash(hash),
      tracedCell(has?.cause ?? null, asked.cause !== null),
      tracedCell(has?.fix ?? null, asked.fix !== null),
      crashesCell(follows),
      follows === undefined ? "" : treeStates[follows.state],
      plainLine(follows?.why ?? ""),
    ];
  });
  const head = ["tree", "commit", "cause", "fix", "crashes", "follows", "why"];
  return columns([head, ...rows]).map((line) => `  ${line}`);
}

function tracedCell(traced: Traced, asked: boolean): string {
  if (traced === null) return asked ? "no" : "?";
  return `${shortHash(traced.commit)}${ways[traced.how]}`;
}

function crashesCell(told: EventOf<"presence-told">["trees"][number] | undefined): string {
  if (told === undefined || told.kernel === null) return "not built";
  return told.state === "unbuildable" ? "no build" : countText(told.crashed, told.of);
}

/** Where the bug is, for programs. */
export interface PresenceResult {
  /** The commits that brought and mended it, as they were named; null: not known. */
  readonly cause: string | null;
  readonly fix: string | null;
  readonly trees: readonly (EventOf<"presence-told">["trees"][number] & {
    readonly name: string;
    readonly commit: string;
    /** As which commit the tree has them, and how that is known; null: it has them not. */
    readonly cause: Traced;
    readonly fix: Traced;
  })[];
}

/** Null where it was not asked for, or is not known yet. */
export function presenceResult({ presence }: Summary): PresenceResult | null {
  const { asked, traced, told } = presence;
  if (asked === null || traced === null || told === null) return null;
  return {
    cause: asked.cause?.hash ?? null,
    fix: asked.fix?.hash ?? null,
    trees: asked.trees.flatMap(({ name, hash }, place) => {
      const [has, follows] = [traced.trees[place], told.trees[place]];
      if (has === undefined || follows === undefined) return [];
      const { cause, fix } = has;
      return [{ name, commit: hash, cause, fix, ...follows }];
    }),
  };
}
