import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJob } from "../../src/job/read.ts";
import { jobText, type NewJob } from "../../src/job/write.ts";
import { kernelJob } from "./kernel-job.ts";

const job: NewJob = {
  kernel: { repo: ".", crashes: "v6.2", clean: "v6.1", config: ".config", arch: "um" },
  reproducer: { c: "repro.c" },
  machine: { type: "uml" },
};

describe("a job that is written", () => {
  test("explains every key that is no version, and reads back", () => {
    const text = jobText(job);
    const lines = text.split("\n");
    const bare = lines.filter(
      (line, n) => /^ *\w+:/.test(line) && !/^ *#/.test(lines[n - 1] ?? ""),
    );
    expect(bare).toEqual(["version: 1", "kernel:", "  c: repro.c", "  type: uml"]);
    expect(parseJob(text, { path: "/jobs/firstbad.yaml" })).toMatchObject({
      kernel: {
        repo: "/jobs",
        crashes: "v6.2",
        clean: "v6.1",
        config: "/jobs/.config",
        arch: "um",
      },
      reproducer: { c: "/jobs/repro.c", seconds: 30 },
      machine: { type: "uml", memory: 128 * 1024 ** 2 },
      confidence: 0.99,
    });
  });

  test("without a clean end has none, and may have a target and a script", () => {
    const { clean, ...kernel } = job.kernel;
    const text = jobText({
      ...job,
      kernel: { ...kernel, config: { base: "defconfig" } },
      reproducer: { shell: "repro.sh" },
    });
    const read = kernelJob(parseJob(text, { path: "/jobs/firstbad.yaml" }));
    expect(read.kernel.clean).toBeUndefined();
    expect(read.kernel.config).toEqual({ base: "defconfig", fragments: [] });
    expect(read.reproducer).toEqual({ shell: "/jobs/repro.sh", seconds: 30 });
  });

  test("reads back whatever names are in it", () => {
    const name = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 60 })
      .map((each) => each.replace(/[\0]/g, ""))
      .filter((each) => each.trim() === each && each !== "" && !each.startsWith("~"));
    const odd = fc.constantFrom("6.1", "0123", "null", "yes", "# x", "a: b", "- a", "'", '"', "|");
    fc.assert(
      fc.property(fc.oneof(name, odd), fc.oneof(name, odd), (crashes, file) => {
        const text = jobText({
          ...job,
          kernel: { ...job.kernel, crashes },
          reproducer: { c: `/${file}` },
        });
        const read = kernelJob(parseJob(text, { path: "/firstbad.yaml" }));
        expect(read.kernel.crashes).toBe(crashes);
      }),
    );
  });
});
