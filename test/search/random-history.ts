/** Pseudo-random numbers from a seed: the same history on every machine (mulberry32). */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** A commit of a made-up history; parents are indices of earlier commits. */
export interface MadeCommit {
  readonly parents: readonly number[];
  readonly time: number;
  /** Files that it changes; what a merge brings is what its first parent has. */
  readonly changes?: readonly string[];
}

/**
 * A history of `size` commits that ends in one head: a few lines that grow by turns, fork from each
 * other, and merge into each other (topic branches in topic branches, both into each other, octopus
 * merges). Depending on the draw, dates are all different, mostly equal, or off by a few commits or many.
 */
export function randomHistory(random: (below: number) => number, size: number): MadeCommit[] {
  const mergesIn100 = [0, 9, 30, 60][random(4)] as number;
  const lines = 1 + random(6);
  const clock = (["apart", "equal", "skewed", "wrong"] as const)[random(4)]!;
  const heads: number[] = [0];
  const commits: MadeCommit[] = [{ parents: [], time: 1_600_000_000 }];
  const timeOf = (n: number): number => {
    const base = 1_600_000_000 + n * 60;
    if (clock === "apart") return base;
    if (clock === "equal") return 1_600_000_000 + Math.floor(n / 20);
    return base - random(clock === "skewed" ? 240 : 1800);
  };
  const add = (parents: readonly number[]): number => {
    commits.push({ parents: [...new Set(parents)], time: timeOf(commits.length) });
    return commits.length - 1;
  };
  while (commits.length < size - 1) {
    const line = random(heads.length);
    if (heads.length < lines && random(10) === 0) {
      // A fork from anywhere, now and then an unrelated root.
      heads.push(random(40) === 0 ? add([]) : add([random(commits.length)]));
    } else if (random(100) < mergesIn100 && heads.length > 1) {
      const others = Array.from(
        { length: random(8) === 0 ? 3 : 1 },
        () => heads[random(heads.length)]!,
      );
      heads[line] = add([heads[line]!, ...others]);
      // Criss-cross: the other line takes the same commits in the other order.
      if (random(4) === 0) {
        const other = random(heads.length);
        if (other !== line) heads[other] = add([heads[other]!, heads[line]!]);
      }
    } else {
      heads[line] = add([heads[line]!]);
    }
  }
  add(heads);
  return commits;
}
