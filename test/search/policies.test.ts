import { describe, expect, test } from "vitest";
import { releasesToWalk } from "../../src/history/release.ts";
import { jobSchema } from "../../src/job/schema.ts";
import { policies, policyNamed } from "../../src/search/policies.ts";

describe("policies", () => {
  test("are those that a job file may name", () => {
    const names = jobSchema.shape.policy.unwrap().options;
    expect(policies.map(({ name }) => name)).toEqual(names);
    for (const name of names) expect(policyNamed(name).name).toBe(name);
  });

  test("that are none are refused by name", () => {
    expect(() => policyNamed("syzbot-1999")).toThrow(
      expect.objectContaining({ code: "policy-not-known" }),
    );
  });
});

describe("releases that are walked back", () => {
  const minors = (major: number, from: number, to: number) =>
    Array.from({ length: from - to + 1 }, (_, n) => `v${major}.${from - n}`);
  const all = ["v5.2.1", "v5.2", ...minors(5, 1, 0), ...minors(4, 20, 0), "v3.19"].map((tag) => ({
    tag,
  }));
  const walked = (policy: string) =>
    releasesToWalk(all, policyNamed(policy).rules.releases).map(({ tag }) => tag);

  test("in 2022 are all down to v4.6", () => {
    expect(walked("syzbot-2022")).toEqual([
      "v5.2.1",
      "v5.2",
      ...minors(5, 1, 0),
      ...minors(4, 20, 6),
    ]);
  });

  test("in 2026 are picked ones down to v4.19, the oldest always among them", () => {
    expect(walked("syzbot-2026")).toEqual(["v5.2.1", "v5.2", "v5.1", "v5.0", "v4.19"]);
  });

  test("with git's rules are picked ones of all", () => {
    expect(walked("git").at(-1)).toBe("v3.19");
  });
});
