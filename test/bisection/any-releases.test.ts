import fc from "fast-check";
import { expect, test } from "vitest";
import { tell } from "./drive-story.ts";
import { bug } from "./kernels.ts";
import { hasChange, type Line, makeHistory } from "./small-history.ts";

/** Histories of merges of anything with anything, releases on any commits, in any order. */
const histories = fc.record({
  parents: fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), {
    minLength: 12,
    maxLength: 30,
  }),
  releases: fc.uniqueArray(fc.nat(), { maxLength: 14 }),
  culprit: fc.nat(),
});

const patient = { timeout: 240_000 };

test(
  "in any history a search without a clean end finds the culprit, or a release that has it",
  patient,
  async () => {
    await fc.assert(
      fc.asyncProperty(histories, async ({ parents, releases, culprit }) => {
        const lines = linesOf(parents, releases);
        const ancestors = ancestorsOf(lines);
        const history = makeHistory(lines);
        const crashes = lines.at(-1)!.name;
        const reached = [...ancestors.get(crashes)!];
        const wanted = reached[culprit % reached.length]!;
        const hasIt = (name: string) => ancestors.get(name)!.has(wanted);
        const { events, concluded } = await tell({
          history,
          crashes,
          policy: "adaptive",
          script: {
            run: (commit, _, { patches = [] } = {}) =>
              hasChange(hasIt(history.name(commit)), wanted, patches) ? { crash: bug } : "clean",
            slots: { builds: 1, runs: 2 },
          },
        });
        const listed = events.find((event) => event.kind === "releases-listed");
        const oldest = listed?.releases.at(-1)?.hash;
        if (concluded.end === "found") {
          expect(history.name(concluded.culprit!)).toBe(wanted);
        } else {
          // Nothing is older: it is the oldest release, something that this contains, or a root.
          expect(concluded).toMatchObject({
            end: "since-oldest",
            candidates: [expect.any(String)],
          });
          const named = history.name(concluded.candidates[0]!);
          expect(hasIt(named)).toBe(true);
          const limit = oldest === undefined ? named : history.name(oldest);
          expect(ancestors.get(limit)!.has(named)).toBe(true);
        }
      }),
      { numRuns: 12 },
    );
  },
);

function linesOf(parents: readonly (readonly number[])[], releases: readonly number[]): Line[] {
  const tags = new Map(releases.map((at, n) => [at % (parents.length + 1), `v${n + 1}.0`]));
  const lines: Line[] = [{ name: "c0", parents: [], ...tagOf(tags, 0) }];
  for (const [n, of] of parents.entries()) {
    const names = new Set(of.map((parent) => `c${n - (parent % Math.min(n + 1, 6))}`));
    lines.push({ name: `c${n + 1}`, parents: [...names], ...tagOf(tags, n + 1) });
  }
  return lines;
}

function tagOf(tags: ReadonlyMap<number, string>, at: number): { readonly tags?: string[] } {
  const tag = tags.get(at);
  return tag === undefined ? {} : { tags: [tag] };
}

function ancestorsOf(lines: readonly Line[]): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const { name, parents = [] } of lines) {
    all.set(name, new Set([name, ...parents.flatMap((parent) => [...all.get(parent)!])]));
  }
  return all;
}
