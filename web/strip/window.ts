/** The part of the range that is seen: places from the oldest commit on, `from` included, `to` not; may lie between two. */
export interface Seen {
  readonly from: number;
  readonly to: number;
}

/** Fewer commits than this are never seen, unless there are fewer. */
const fewestSeen = 12;

/** All of `commits`. */
export function all(commits: number): Seen {
  return { from: 0, to: Math.max(1, commits) };
}

/** `seen` with its width times `factor`, the place at `share` of it staying where it is; within `commits`. */
export function zoomed(seen: Seen, factor: number, share: number, commits: number): Seen {
  const width = seen.to - seen.from;
  const most = Math.max(1, commits);
  const next = Math.min(most, Math.max(Math.min(fewestSeen, most), width * factor));
  const fixed = seen.from + width * share;
  return within({ from: fixed - next * share, to: fixed + next * (1 - share) }, commits);
}

/** `seen` moved by `share` of its width; within `commits`. */
export function moved(seen: Seen, share: number, commits: number): Seen {
  const by = (seen.to - seen.from) * share;
  return within({ from: seen.from + by, to: seen.to + by }, commits);
}

/** Part of the way from one to another, as things move that come to rest: there after some of these. */
export function towards(now: Seen, goal: Seen, part: number): Seen {
  const near = (goal.to - goal.from) / 2000;
  const from = now.from + (goal.from - now.from) * part;
  const to = now.to + (goal.to - now.to) * part;
  const isThere = Math.abs(goal.from - from) < near && Math.abs(goal.to - to) < near;
  return isThere ? goal : { from, to };
}

/** The same width, moved into the range. */
function within({ from, to }: Seen, commits: number): Seen {
  const most = Math.max(1, commits);
  if (to - from >= most) return all(commits);
  if (from < 0) return { from: 0, to: to - from };
  if (to > most) return { from: from - (to - most), to: most };
  return { from, to };
}
