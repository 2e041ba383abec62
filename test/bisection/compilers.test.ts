import { describe, expect, test } from "vitest";
import type { CompilerKnowledge } from "../../src/kernel/kernel.ts";
import { tell } from "./drive-story.ts";
import { bug, history, kernelsWith } from "./kernels.ts";

const given = { history, crashes: "a9", clean: "a0", runs: 4 };
const why = "fs/one.c:1:1: internal compiler error";

/** gcc does not build what is older than a3, and clang does. */
const older = new Set(["a0", "a1", "a2", "t1", "t2", "t3"]);
function compilersOf(hash: string, known: CompilerKnowledge | undefined) {
  if (!older.has(history.name(hash))) return { name: "gcc" };
  const release = "v6.0";
  const isKnown = known?.passedOver.some((one) => one.release === release) ?? false;
  return isKnown
    ? { name: "clang" }
    : { name: "clang", passedOver: [{ compiler: "gcc", release, why }] };
}

describe("kernels of two compilers", () => {
  test("are told once, and change nothing where culprit and parent have the same", async () => {
    const script = { ...kernelsWith("a6"), compiler: compilersOf };
    const { events, concluded } = await tell({ ...given, script });
    expect([concluded.end, history.name(concluded.culprit ?? "")]).toEqual(["found", "a6"]);
    const changes = events.filter(({ kind }) => kind === "compiler-changed");
    expect(changes).toMatchObject([
      { release: "v6.0", to: "clang", passedOver: [{ compiler: "gcc", why }] },
    ]);
    // Before the kernel that it was found with.
    const at = events.indexOf(changes[0]!);
    expect(events[at + 1]).toMatchObject({ kind: "kernel-built", toolchain: "clang" });
    expect(events.filter(({ kind }) => kind === "checked")).not.toContainEqual(
      expect.objectContaining({ check: "compilers-agree" }),
    );
  });

  test.each(["git", "syzbot-2022"])(
    "leave a culprit unconfirmed whose parent no crashing kernel shares its compiler with: %s",
    async (policy) => {
      const script = { ...kernelsWith("a3"), compiler: compilersOf };
      const { events, concluded } = await tell({ ...given, policy, script });
      expect([concluded.end, history.name(concluded.culprit ?? "")]).toEqual(["unconfirmed", "a3"]);
      expect(concluded.why).toContain("it may be the compiler that makes the difference");
      expect(events.findLast(({ kind }) => kind === "checked")).toMatchObject({
        check: "compilers-agree",
        result: "failed",
        parent: history.hash("a2"),
      });
    },
  );

  test("are believed once the parent's compiler was seen to show the bug", async () => {
    // Of the crashing commit's age as well: it does not build there either.
    const compiler = (hash: string, known: CompilerKnowledge | undefined) =>
      history.name(hash) === "a9" ? { name: "clang" } : compilersOf(hash, known);
    const script = { ...kernelsWith("a3"), compiler };
    const { events, concluded } = await tell({ ...given, script });
    expect([concluded.end, history.name(concluded.culprit ?? "")]).toEqual(["found", "a3"]);
    expect(events).toContainEqual(
      expect.objectContaining({ check: "compilers-agree", result: "passed" }),
    );
  });
});

describe("a kernel without what the crash cannot be seen without", () => {
  test("is not run, and counts as one that cannot be tested", async () => {
    const gone = ["CONFIG_KASAN"];
    const lacks = (hash: string) => (history.name(hash) === "a6" ? gone : []);
    const script = { ...kernelsWith("a7"), lacks };
    const { events, concluded } = await tell({ ...given, script });
    expect(concluded.end).toBe("ties");
    expect(concluded.candidates.map((hash) => history.name(hash)).sort()).toEqual(["a6", "a7"]);
    const kernel = history.hash("a6").slice(0, 12);
    const excerpt = ["CONFIG_KASAN is gone here"];
    expect(events).toContainEqual(
      expect.objectContaining({ kind: "build-failed", kernel, stage: "config", excerpt, gone }),
    );
    expect(events.some((event) => event.kind === "run-finished" && event.kernel === kernel)).toBe(
      false,
    );
  });

  test("is no reason to doubt the crashing commit, whose crash it is", async () => {
    const script = { ...kernelsWith("a6"), lacks: () => ["CONFIG_KASAN"] };
    const { events } = await tell({ ...given, script });
    expect(events).toContainEqual(expect.objectContaining({ kind: "bug-identified", title: bug }));
  });
});
