import { describe, expect, it } from "vitest";
import { mergeBases } from "../../src/history/merge-bases.ts";
import { openRepository } from "../../src/history/repository.ts";
import { commit, git, madeRepository } from "./made-repository.ts";

describe("mergeBases", () => {
  it("finds all of a criss-cross, in git bisect's order", async () => {
    const folder = madeRepository();
    const repository = await openRepository(folder);
    const root = commit(folder, "root");
    const left = commit(folder, "left", root);
    const right = commit(folder, "right", root);
    const after = commit(folder, "after", left, right);
    const before = commit(folder, "before", right, left);
    const older = commit(folder, "older", root);
    const bases = await mergeBases(repository, after, [before]);
    expect(bases.toSorted()).toEqual([left, right].sort());

    // Git bisect says which one it wants first, even of two that are equally old.
    const [one, other] = [commit(folder, "one", left), commit(folder, "other", right)];
    const cleanEnds = [[before], [before, older], [older, before], [one, other], [other, one]];
    for (const clean of cleanEnds) {
      git(folder, "update-ref", "--no-deref", "HEAD", after);
      const said = git(folder, "bisect", "start", "--no-checkout", after, ...clean);
      expect(said).toMatch(/^Bisecting: a merge base must be tested$/m);
      const [first] = await mergeBases(repository, after, clean);
      expect(git(folder, "rev-parse", "BISECT_HEAD")).toBe(first);
      git(folder, "bisect", "reset");
    }
  });

  it("finds the clean end itself where it is an ancestor, and the other end where it is not", async () => {
    const folder = madeRepository();
    const repository = await openRepository(folder);
    const root = commit(folder, "root");
    const tip = commit(folder, "tip", root);
    expect(await mergeBases(repository, tip, [root])).toEqual([root]);
    expect(await mergeBases(repository, root, [tip])).toEqual([root]);
  });

  it("finds none between unrelated histories, nor with nothing", async () => {
    const folder = madeRepository();
    const repository = await openRepository(folder);
    const [one, other] = [commit(folder, "one"), commit(folder, "other")];
    expect(await mergeBases(repository, one, [other])).toEqual([]);
    expect(await mergeBases(repository, one, [])).toEqual([]);
  });
});
