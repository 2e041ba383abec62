import { useEffect, useState } from "preact/hooks";
import { get } from "../api/client.ts";
import type { BeliefColumns } from "../api/types.ts";
import { grain, type Level, levelOf } from "./columns.ts";
import type { Seen } from "./window.ts";

/** So many columns are asked for at once: more than a screen has pixels, few enough to come at once. */
const asked = 2000;
/** How long zooming must rest before finer columns are asked for, in milliseconds. */
const restsFor = 120;

/** The belief over the whole range, and over what is seen where that is finer. */
export interface Belief {
  readonly whole: Level | null;
  readonly part: Level | null;
  readonly marks: BeliefColumns["marks"];
  readonly releases: BeliefColumns["releases"];
}

const none: Belief = { whole: null, part: null, marks: [], releases: [] };

/**
 * The belief of bisection `id` after event `seq`: the whole range in columns at once, and what is seen in finer ones as
 * soon as the eye rests on it. What was there stays until the next is.
 */
export function useBelief(id: string, seq: number, seen: Seen | null, commits: number): Belief {
  const [belief, setBelief] = useState<Belief>(none);
  useEffect(() => {
    if (commits === 0 || seq < 0) return;
    const abort = new AbortController();
    ask(id, { from: 0, to: commits }, abort.signal).then((answer) => {
      if (answer === null) return;
      const whole = levelOf(answer, answer.columns, answer.best);
      setBelief({ whole, part: null, marks: answer.marks, releases: answer.releases });
    });
    return () => abort.abort();
  }, [id, seq, commits]);
  const { whole, part } = belief;
  const need = seen !== null && whole !== null ? partFor(seen, whole, part, commits) : null;
  const key = need === null ? "" : `${need.from} ${need.to}`;
  // `key` has all of `need`.
  useEffect(() => {
    if (need === null) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      ask(id, need, abort.signal).then((answer) => {
        if (answer === null) return;
        const finer = levelOf(answer, answer.columns, answer.best);
        setBelief((before) => ({ ...before, part: finer }));
      });
    }, restsFor);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [id, key]);
  return belief;
}

/** The level to draw `seen` from: the finer one where it has all of it. */
export function levelFor({ whole, part }: Belief, seen: Seen): Level | null {
  return part !== null && part.from <= seen.from && part.to >= seen.to ? part : whole;
}

/** What should be asked for so that `seen` is fine enough, some more on both sides; null: it is. */
function partFor(seen: Seen, whole: Level, part: Level | null, commits: number): Seen | null {
  const width = seen.to - seen.from;
  const fine = Math.max(1, width / asked);
  if (grain(whole) <= fine) return null;
  if (part !== null && part.from <= seen.from && part.to >= seen.to && grain(part) <= 2 * fine) {
    return null;
  }
  return {
    from: Math.max(0, Math.floor(seen.from - width / 2)),
    to: Math.min(commits, Math.ceil(seen.to + width / 2)),
  };
}

/** Null where it was given up, or the server has none: the strip then stays as it is. */
async function ask(
  id: string,
  { from, to }: Seen,
  signal: AbortSignal,
): Promise<BeliefColumns | null> {
  const path = `bisections/${encodeURIComponent(id)}/belief?from=${from}&to=${to}&columns=${asked}`;
  try {
    const answer = await get<BeliefColumns>(path, signal);
    return signal.aborted || answer.columns.length === 0 ? null : answer;
  } catch {
    return null;
  }
}
