import fc from "fast-check";
import { expect, test } from "vitest";
import type { Plan } from "../../demo/history/plan.ts";
import { tinySource } from "./tiny-source.ts";

/** Commits that some mainline commit after `tag`, or the tip, contains and `tag` does not. */
function contained(plan: Plan, commit: number): Set<number> {
  const seen = new Set<number>();
  const left = [commit];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    left.push(...(plan.commits[at]?.parents ?? []));
  }
  return seen;
}

const seeds = fc.string({ minLength: 1, maxLength: 8 });

test("every commit's parents come before it, and the tip contains all of them", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const { plan } = tinySource(seed);
      for (const [number, { parents }] of plan.commits.entries()) {
        expect(parents.length > 0 || number === 0).toBe(true);
        expect(new Set(parents).size).toBe(parents.length);
        for (const parent of parents) expect(parent).toBeLessThan(number);
      }
      expect(contained(plan, plan.tip).size).toBe(plan.commits.length);
    }),
    { numRuns: 30 },
  );
});

test("a merge takes from each parent what only that parent has, and nothing else", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const { plan } = tinySource(seed);
      for (const { change, parents, versions } of plan.commits) {
        if (change.kind !== "merge") continue;
        const sides = parents.map((parent) => plan.commits[parent]!.versions);
        const paths = new Set(sides.flatMap((side) => [...side.keys()]));
        expect(new Set(versions.keys())).toEqual(paths);
        for (const path of paths) {
          const newest = Math.max(...sides.map((side) => side.get(path) ?? 0));
          expect(versions.get(path)).toBe(newest);
        }
      }
    }),
    { numRuns: 30 },
  );
});

test("versions of a file never fork: whoever changes it has all changes before", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const { plan } = tinySource(seed);
      const made = new Set<string>();
      for (const { change, parents, versions } of plan.commits) {
        if (!("path" in change)) continue;
        const version = versions.get(change.path) ?? 0;
        expect(version).toBe((plan.commits[parents[0]!]!.versions.get(change.path) ?? 0) + 1);
        expect(made.has(`${change.path}@${version}`)).toBe(false);
        made.add(`${change.path}@${version}`);
      }
    }),
    { numRuns: 30 },
  );
});

test("a history of a thousand commits has the shape that was asked for", () => {
  const { plan } = tinySource("shape", 1000);
  const merges = plan.commits.filter(({ parents }) => parents.length > 1);
  expect(plan.commits.length).toBeGreaterThanOrEqual(1000);
  expect(plan.commits.length).toBeLessThan(1050);
  expect(merges.length).toBeGreaterThanOrEqual(50);
  expect(merges.some(({ parents }) => parents.length > 2)).toBe(true);
  expect(plan.tags.map(({ name }) => name)).toEqual([
    "v6.1",
    "v6.2-rc1",
    "v6.2",
    "v6.3-rc1",
    "v6.3",
    "v6.4-rc1",
  ]);
  const tagged = new Set(plan.tags.map(({ commit }) => commit));
  const onOlderRelease = plan.commits.filter(
    ({ parents, change }) => change.kind === "edit" && tagged.has(parents[0]!),
  );
  expect(onOlderRelease.length).toBeGreaterThan(10);
});

test("what does not build is broken by one commit and mended by another, in three places", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const { plan } = tinySource(seed, 500);
      const count = (kind: string) => plan.commits.filter((c) => c.change.kind === kind).length;
      expect([count("break"), count("mend")]).toEqual([3, 3]);
      for (const { change, parents, builds } of plan.commits) {
        const before = plan.commits[parents[0] ?? -1]?.builds ?? true;
        if (change.kind === "break") expect([before, builds]).toEqual([true, false]);
        else if (change.kind === "mend") expect([before, builds]).toEqual([false, true]);
        else if (change.kind !== "merge") expect(builds).toBe(before);
      }
      for (const { commit } of plan.tags) expect(plan.commits[commit]?.builds).toBe(true);
      expect(plan.commits[plan.tip]?.builds).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test("later patches come after the last release and lie between commits that build", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const { plan } = tinySource(seed, 500);
      const last = plan.tags.find(({ name }) => name === "v6.3")!;
      const released = contained(plan, last.commit);
      const patches = plan.commits.flatMap(({ change }, i) => (change.kind === "patch" ? [i] : []));
      expect(patches.length).toBe(4);
      for (const number of patches.slice(1)) {
        expect(released.has(number)).toBe(false);
        const { builds, parents } = plan.commits[number]!;
        const children = plan.commits.filter((commit) => commit.parents.includes(number));
        expect(builds && plan.commits[parents[0]!]!.builds).toBe(true);
        expect(children.length).toBeGreaterThan(0);
        for (const child of children) expect(child.builds).toBe(true);
      }
    }),
    { numRuns: 20 },
  );
});
