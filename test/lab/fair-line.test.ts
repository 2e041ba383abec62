import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FairLine } from "../../src/lab/fair-line.ts";
import { Turns } from "../../src/lab/turns.ts";
import { createScriptedLab } from "../../src/simulate/scripted-lab.ts";

const never = new AbortController().signal;

/** What happens to a line: somebody wants a place, gives one back, or no longer wants one. */
type Act =
  | { readonly kind: "want"; readonly who: string }
  | { readonly kind: "give-back" | "leave"; readonly n: number };

const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("want" as const), who: fc.constantFrom("a", "b", "c", "d") }),
    fc.record({ kind: fc.constantFrom("give-back" as const, "leave" as const), n: fc.nat(20) }),
  ),
  { maxLength: 60 },
);

describe("places that are shared", () => {
  test("are never more than there are, never idle while somebody waits, and go round", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), acts, async (places, all) => {
        const line = new FairLine(places);
        const held: { who: string; giveBack: () => void }[] = [];
        const waiting: {
          who: string;
          leave: AbortController;
          left: boolean;
          passed: Map<string, number>;
        }[] = [];
        for (const act of all) {
          if (act.kind === "want") {
            const one = {
              who: act.who,
              leave: new AbortController(),
              left: false,
              passed: new Map(),
            };
            waiting.push(one);
            line.take(act.who, one.leave.signal).then(
              (giveBack) => {
                expect(one.left).toBe(false);
                waiting.splice(waiting.indexOf(one), 1);
                held.push({ who: one.who, giveBack });
                // Nobody else is passed over twice by the same.
                for (const other of waiting) {
                  if (other.who === one.who) continue;
                  const times = (other.passed.get(one.who) ?? 0) + 1;
                  other.passed.set(one.who, times);
                  const isFirst = waiting.find(({ who }) => who === other.who) === other;
                  if (isFirst) expect(times).toBeLessThanOrEqual(2);
                }
                for (const other of waiting) if (other.who === one.who) other.passed.clear();
              },
              () => {
                expect(one.left).toBe(true);
              },
            );
          } else if (act.kind === "give-back") {
            const [one] = held.splice(act.n % Math.max(1, held.length), 1);
            one?.giveBack();
            one?.giveBack();
          } else {
            const [one] = waiting.splice(act.n % Math.max(1, waiting.length), 1);
            if (one !== undefined) {
              one.left = true;
              one.leave.abort();
            }
          }
          await new Promise((resolve) => setImmediate(resolve));
          expect(line.busy).toBe(held.length);
          expect(line.busy).toBeLessThanOrEqual(places);
          expect(line.waiting).toBe(waiting.length);
          if (waiting.length > 0) expect(line.busy).toBe(places);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("one that wants many does not keep one waiting that wants a single one", async () => {
    const line = new FairLine(1);
    const order: string[] = [];
    const use = async (who: string, what: string) => {
      const giveBack = await line.take(who, never);
      order.push(what);
      await new Promise((resolve) => setImmediate(resolve));
      giveBack();
    };
    await Promise.all([
      ...["a1", "a2", "a3", "a4"].map((what) => use("a", what)),
      use("b", "b1"),
      use("c", "c1"),
    ]);
    expect(order).toEqual(["a1", "a2", "b1", "c1", "a3", "a4"]);
  });

  test("one that is not wanted from the beginning takes none", async () => {
    const line = new FairLine(1);
    await expect(line.take("a", AbortSignal.abort())).rejects.toMatchObject({
      code: "interrupted",
    });
    expect(line.busy).toBe(0);
  });
});

describe("labs in turn", () => {
  test("build and run as the lab does, so many at once, and say what they do", async () => {
    const turns = new Turns({ builds: 1, runs: 1 });
    const lab = createScriptedLab({ run: () => "clean", slots: { builds: 3, runs: 4 } });
    let most = 0;
    const watched = {
      ...lab,
      async build(...given: Parameters<typeof lab.build>) {
        most = Math.max(most, turns.slots.builds.busy);
        expect(turns.atWork).toMatchObject([{ kind: "build" }]);
        return lab.build(...given);
      },
    };
    const [one, other] = [turns.lab("one", watched), turns.lab("other", watched)];
    expect(one.slots).toEqual({ builds: 1, runs: 1 });
    const plan = { kernel: "0123456789ab", commit: "0123456789ab", patches: [] };
    const built = await Promise.all(
      [one, other].map((each) => each.build(plan, { signal: never })),
    );
    expect(built.map(({ kind }) => kind)).toEqual(["built", "built"]);
    expect(most).toBe(1);
    expect(turns.slots.builds).toEqual({ of: 1, busy: 0 });
    expect(turns.atWork).toEqual([]);
  });

  test("a failed build gives its place back", async () => {
    const turns = new Turns({ builds: 1, runs: 1 });
    const lab = turns.lab(
      "one",
      createScriptedLab({ build: () => "infrastructure", run: () => "clean" }),
    );
    const plan = { kernel: "0123456789ab", commit: "0123456789ab", patches: [] };
    await expect(lab.build(plan, { signal: never })).rejects.toMatchObject({
      code: "out-of-memory",
    });
    expect(turns.slots.builds.busy).toBe(0);
  });
});
