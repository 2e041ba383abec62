import { describe, expect, it } from "vitest";
import type { TouchedFiles } from "../../../src/history/graph-touched.ts";
import { codeFactor, compiledFactor, recencyFactor } from "../../../src/search/prior/factors.ts";
import { type TouchedHistory, touchedHistory } from "../../../src/search/prior/history.ts";
import {
  releaseFactor,
  shareOfRelease,
  shareOlderThan,
} from "../../../src/search/prior/releases.ts";
import { type BugFacts, reportPrior } from "../../../src/search/prior/report-prior.ts";
import { graphOf } from "../adaptive/graph-of.ts";

/** What each commit of a line changes; an empty list is a merge of the two before it. */
function historyOf(changes: readonly (readonly string[])[]): TouchedHistory {
  const paths = [...new Set(changes.flat())];
  const start = Uint32Array.from([
    0,
    ...changes.map((_, i) => changes.slice(0, i + 1).flat().length),
  ]);
  const files = Int32Array.from(changes.flat(), (path) => paths.indexOf(path));
  const touched: TouchedFiles = { paths, start, files };
  const parents = changes.map((files, i) => (files.length === 0 ? [i - 1, i - 2] : [i - 1]));
  return touchedHistory(graphOf(parents), touched);
}

const history = historyOf([
  ["fs/ext4/inode.c"],
  ["fs/ext4/super.c", "fs/ext4/ext4.h"],
  [],
  ["mm/slab.c"],
  ["fs/ext4/inode.c", "Documentation/a.rst"],
  ["Documentation/a.rst"],
  ["fs/xfs/inode.c"],
  ["drivers/net/tun.c", "net/core/dev.c"],
  ["Makefile"],
  ["kernel/fork.c"],
]);

function sharesOf(facts: BugFacts, factors = [codeFactor(history)]): number[] {
  const { commits } = reportPrior(history, facts, factors).weights;
  const sum = commits.reduce((a, b) => a + b, 0);
  return Array.from(commits, (weight) => weight / sum);
}

const hint = (path: string, ...others: string[]) => ({ path, names: [path, ...others] });

const report = { guilty: "fs/ext4/inode.c", stack: ["fs/ext4/inode.c", "mm/slab.c"] };

describe("the prior of a report", () => {
  it("suspects first who changes the guilty file, then the stack, then the folder, then the rest", () => {
    const [guilty, folder, merge, stack, also, docs, area, , , rest] = sharesOf({ report });
    const order = [guilty, stack, folder, area, rest, merge, docs] as number[];
    for (let k = 1; k < order.length; k++) {
      expect(order[k]).toBeLessThanOrEqual((order[k - 1] as number) * (1 + 1e-9));
    }
    expect(also).toBeCloseTo(guilty as number, 9);
    expect(Math.min(...order)).toBeGreaterThan(0);
  });

  it("says each of its reasons in a line", () => {
    const hints = [hint("drivers/net"), hint("drivers/usb")];
    const functions = {
      names: ["read_it", "find_it", "look_it_up", "open_it"],
      changed: new Map([
        [0, true],
        [4, false],
      ]),
    };
    expect(reportPrior(history, { report, hints, functions }, []).lines).toEqual([
      "37 % on 2 commits that change fs/ext4/inode.c, which the crash points at; above all on the one that changes read_it, find_it, look_it_up or others of its stack",
      "4 % on 3 commits that change a file in fs/ext4/, where the crash is",
      "2 % on 3 commits that change something below fs/ext4/, where the crash is",
      "18 % on 1 commit that changes a file on the stack of the crash",
      "22 % on 1 commit that changes drivers/net, which you suspect",
      "no commit of the range changes drivers/usb, which you suspect",
    ]);
  });

  it("believes commits to the guilty function more than others to its file", () => {
    const plain = sharesOf({ report });
    const changed = new Map([
      [0, true],
      [4, false],
    ]);
    const told = sharesOf({ report, functions: { names: ["read_it"], changed } });
    // The share that they have as any commits, and as ones to the folder, stays.
    expect((told[0] as number) / (told[4] as number)).toBeGreaterThan(5);
    expect((plain[0] as number) / (plain[4] as number)).toBeCloseTo(1, 9);
    expect((told[0] as number) + (told[4] as number)).toBeCloseTo(plain[0]! + plain[4]!, 9);
  });

  it("takes the user's word for a folder or a file, and no name that only begins like it", () => {
    const none = sharesOf({ report: null });
    const hinted = sharesOf({ report: null, hints: [hint("fs/ext4")] });
    expect(hinted[0]).toBeGreaterThan((none[0] as number) * 1.4);
    expect(sharesOf({ report: null, hints: [hint("fs/ext")] })).toEqual(none);
    // A file that has another name now.
    const renamed = hint("fs/old.c", "fs/xfs/inode.c");
    expect(sharesOf({ report: null, hints: [renamed] })[6]).toBeGreaterThan(none[6]! * 2);
  });

  it("is even but for merges where nothing is known", () => {
    const shares = sharesOf({ report: null }, []);
    expect(new Set(shares.filter((_, i) => i !== 2).map((share) => share.toFixed(9))).size).toBe(1);
    expect(shares[2]).toBeCloseTo(0.005, 9);
  });

  it("is even where the report points at what no commit changes", () => {
    const strange = { guilty: "fs/nowhere/a.c", stack: ["fs/nowhere/b.c"] };
    expect(sharesOf({ report: strange }, [])[9]).toBeGreaterThan(0.08);
  });
});

describe("factors", () => {
  it("believe commits without source code less, merges as before", () => {
    expect([...codeFactor(history).factors]).toEqual([1, 1, 1, 1, 1, 0.1, 1, 1, 0.1, 1]);
  });

  it("believe commits that change nothing compiled a thousand times less, what steers the build not", () => {
    const compiled = new Set(["fs/ext4/inode.c", "fs/ext4/ext4.h", "kernel/fork.c"]);
    const { factors, why } = compiledFactor(history, compiled);
    expect([...factors]).toEqual([1, 1, 1, 1e-3, 1, 1e-3, 1e-3, 1e-3, 1, 1]);
    expect(why).toBe("4 commits change nothing that this configuration compiles");
  });

  it.each([
    "fs/Kconfig.debug",
    "fs/ext4/Makefile",
    "scripts/mod/modpost.c",
    "tools/objtool/check.c",
    "usr/gen_init_cpio.c",
    "arch/x86/kernel/vmlinux.lds.S",
    "include/asm-generic/vmlinux.lds.h",
    "arch/x86/entry/syscalls/syscall_64.tbl",
    "drivers/tty/vt/defkeymap.c_shipped",
    "kernel/time/timeconst.bc",
  ])("leave who changes %s, which steers builds, as it was", (path) => {
    const { factors } = compiledFactor(historyOf([[path], ["fs/a.c"]]), new Set());
    expect([...factors]).toEqual([1, 1e-3]);
  });

  it("believe newer commits more, and keep the mean", () => {
    const many = historyOf(Array.from({ length: 1000 }, () => ["a.c"]));
    const { factors } = recencyFactor(many);
    expect(factors[999]).toBeGreaterThan(10);
    expect(factors[0]).toBeGreaterThan(0.5);
    expect(factors.reduce((a, b) => a + b, 0) / 1000).toBeCloseTo(1, 6);
  });
});

describe("the age of releases", () => {
  const shares = Array.from({ length: 400 }, (_, k) => shareOfRelease(k));

  it("is shared by all releases, the newer ones before the older ones", () => {
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(shares[0]).toBe(0.5);
    for (const [k, share] of shares.slice(9).entries()) {
      expect(share).toBeLessThan(shares[k + 8] as number);
      expect(share).toBeGreaterThan(0);
    }
  });

  it("is eight or more back in 17 % of the cases, and older than all of them in some", () => {
    expect(shareOlderThan(8)).toBeCloseTo(0.17, 9);
    expect(shareOlderThan(1)).toBeCloseTo(0.5, 9);
    expect(shareOlderThan(300)).toBe(0.08);
  });

  it("gives releases of a size their shares", () => {
    const age = Uint16Array.from({ length: 30 }, (_, i) => 2 - Math.floor(i / 10));
    const releases = ["v6.2", "v6.1"].map((tag) => ({ tag, hash: "" }));
    const { factors, why } = releaseFactor({ age, releases });
    const sums = [0, 10, 20].map((from) =>
      factors.slice(from, from + 10).reduce((a, b) => a + b, 0),
    );
    expect(sums[2]).toBeCloseTo(10, 9);
    expect((sums[1] as number) / (sums[2] as number)).toBeCloseTo(0.09 / 0.5, 9);
    expect((sums[0] as number) / (sums[1] as number)).toBeCloseTo(0.07 / 0.09, 9);
    expect(why).toContain("since v6.2");
  });
});
