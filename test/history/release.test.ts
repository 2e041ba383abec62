import { describe, expect, it } from "vitest";
import { listReleases } from "../../src/history/list-releases.ts";
import {
  compareReleaseTags,
  dividingReleases,
  isReleaseTag,
  pickReleases,
} from "../../src/history/release.ts";
import { openRepository } from "../../src/history/repository.ts";
import { commit, git, madeRepository } from "./made-repository.ts";

describe("release tags", () => {
  it.each(["v5.17", "v5.17.3", "v2.6.39", "v10.0"])("%s is one", (tag) => {
    expect(isReleaseTag(tag)).toBe(true);
  });
  it.each([
    "v5.17-rc1",
    "v5",
    "v5.",
    "v5.17.",
    "5.17",
    "vv5.17",
    "v5.17x",
    "v5.17.1.2",
    "v5x17",
    "",
  ])("%j is none", (tag) => {
    expect(isReleaseTag(tag)).toBe(false);
  });
  it("are ordered by number, the newest first", () => {
    const tags = ["v4.9", "v5.2", "v5.10", "v4.9.337", "v10.1", "v4.9.20", "v2.6.39", "v3.0"];
    expect(tags.sort(compareReleaseTags)).toEqual([
      "v10.1",
      "v5.10",
      "v5.2",
      "v4.9.337",
      "v4.9.20",
      "v4.9",
      "v3.0",
      "v2.6.39",
    ]);
  });
});

describe("pickReleases", () => {
  const main = (count: number) => Array.from({ length: count }, (_, i) => `v7.${count - 1 - i}`);
  const series = (count: number) => Array.from({ length: count }, (_, i) => `v8.0.${count - i}`);
  const pick = (tags: string[]) => pickReleases(tags.map((tag) => ({ tag }))).map((r) => r.tag);

  it("takes all of a few", () => {
    expect(pick([])).toEqual([]);
    expect(pick(main(1))).toEqual(["v7.0"]);
    expect(pick(main(3))).toEqual(["v7.2", "v7.1", "v7.0"]);
  });

  it("takes fewer the older they are, and always the oldest", () => {
    // Places from the newest: 0 1 2 4 6 8 10 12 15 18 and the last, 19.
    expect(pick(main(20))).toEqual(
      [19, 18, 17, 15, 13, 11, 9, 7, 4, 1, 0].map((minor) => `v7.${minor}`),
    );
    expect(pick(main(4))).toEqual(main(4));
  });

  it("takes two of a stable series, and one from the middle of a long one", () => {
    expect(pick([...series(5), "v8.0", "v7.0"])).toEqual(["v8.0.5", "v8.0.4", "v8.0", "v7.0"]);
    expect(pick([...series(6), "v8.0"])).toEqual(["v8.0.6", "v8.0.5", "v8.0.3", "v8.0"]);
    expect(pick([...series(9), "v8.0"])).toEqual(["v8.0.9", "v8.0.8", "v8.0.5", "v8.0"]);
  });

  it("passes over the stable series of older releases", () => {
    expect(pick(["v3.1", "v3.0", "v2.6.39", "v2.6.38"])).toEqual(["v3.1", "v3.0"]);
  });
});

describe("dividingReleases", () => {
  const divide = (tags: string[]) =>
    dividingReleases(tags.map((tag) => ({ tag }))).map(({ tag }) => tag);

  it("are all main releases, and three of the stable series that the list begins with", () => {
    const main = Array.from({ length: 20 }, (_, n) => `v6.${20 - n}`);
    const all = [...main.slice(0, 2), "v6.18.3", ...main.slice(2)];
    expect(divide(all)).toEqual(main);
    const series = Array.from({ length: 60 }, (_, n) => `v6.20.${60 - n}`);
    const some = ["v6.20.60", "v6.20.59", "v6.20.30"];
    expect(divide([...series, ...main])).toEqual([...some, ...main]);
    expect(divide([])).toEqual([]);
  });
});

describe("listReleases", () => {
  it("lists what the commit descends from, not itself, and nothing strange", async () => {
    const folder = madeRepository();
    const oldest = commit(folder, "oldest");
    const side = commit(folder, "side", oldest);
    const middle = commit(folder, "middle", oldest);
    const tip = commit(folder, "tip", middle);
    const future = commit(folder, "future", tip);
    git(folder, "tag", "v5.9", oldest);
    git(folder, "tag", "-a", "-m", "release", "v5.10", middle);
    git(folder, "tag", "-a", "-m", "tag of a tag", "v5.10.1", "v5.10");
    git(folder, "tag", "v5.11", tip);
    git(folder, "tag", "v5.12", future);
    git(folder, "tag", "v5.9.7", side);
    git(folder, "tag", "v5.8", `${oldest}^{tree}`);
    for (const strange of [
      "v5.10-rc3",
      "v5.10$(id)",
      "stable/v5.10",
      "v5.10;x",
      "v5.10'",
      "--all",
    ]) {
      git(folder, "update-ref", `refs/tags/${strange}`, oldest);
    }
    git(folder, "update-ref", "refs/heads/v5.7", oldest);

    const repository = await openRepository(folder);
    expect(await listReleases(repository, tip)).toEqual([
      { tag: "v5.10.1", hash: middle },
      { tag: "v5.10", hash: middle },
      { tag: "v5.9", hash: oldest },
    ]);
    expect(await listReleases(repository, oldest)).toEqual([]);
  });
});
