import { describe, expect, it } from "vitest";
import { compareCrash, identifyBug } from "../../src/crash/same.ts";
import type { CrashSeen } from "../../src/event/event.ts";

const stack = ["vela_peek", "vela_find", "vela_ioctl", "vfs_ioctl"];
const crash = (title: string, type = "KASAN-READ", over: Partial<CrashSeen> = {}): CrashSeen => ({
  title,
  type,
  frame: / in (\w+)$/.exec(title)?.[1] ?? null,
  stack,
  ...over,
});

const own = crash("KASAN: use-after-free Read in vela_peek");
const coarse = { ...own, altTitles: ["bad-access in vela_peek"] };
const sibling = crash("WARNING in vela_peek", "WARNING");
const other = crash("WARNING in orion_tick", "WARNING", { stack: ["orion_tick"] });

describe("identifyBug", () => {
  it("finds nothing where no run crashed", () => {
    expect(identifyBug([])).toBeNull();
    expect(identifyBug([[], []])).toBeNull();
  });

  it("takes the only crash of the only run", () => {
    expect(identifyBug([[own]])).toEqual({
      title: own.title,
      titles: [own.title],
      kinds: [{ type: own.type, frame: "vela_peek" }],
      stacks: [stack],
      crashed: 1,
      of: 1,
    });
  });

  it.each([
    ["a title of another function seen once may be an accident", [[own], [own], [other]], []],
    ["seen in two runs it counts", [[own], [own], [own, other], [other]], [other.title]],
    ["twice in one run is still one run", [[own], [own], [other, other]], []],
    ["one that blames the bug's function counts", [[own], [own, sibling]], [sibling.title]],
  ])("%s", (_, runs, more) => {
    expect(identifyBug(runs)?.titles).toEqual([own.title, ...more]);
  });

  it("keeps the coarser titles of what counts, and has none where crashes have none", () => {
    const fault = crash("general protection fault in vela_find", "DoS", {
      altTitles: coarse.altTitles,
    });
    const bug = identifyBug([[coarse], [coarse], [fault], [other]]);
    expect(bug?.titles).toEqual([own.title, fault.title]);
    expect(bug?.altTitles).toEqual(coarse.altTitles);
    expect(identifyBug([[own]])).not.toHaveProperty("altTitles");
  });

  it("is named by what most runs begin with, the first of equals", () => {
    expect(identifyBug([[other], [own], [own]])?.title).toBe(own.title);
    expect(identifyBug([[other], [own]])?.title).toBe(other.title);
    expect(identifyBug([[own, other], [own, other], [other]])?.title).toBe(own.title);
  });

  it("counts the runs that show the bug, of all runs", () => {
    const bug = identifyBug([[own], [own], [], [other]]);
    expect([bug?.crashed, bug?.of]).toEqual([2, 4]);
  });
});

describe("compareCrash", () => {
  const bug = identifyBug([[own], [own], [coarse]]);
  if (bug === null) throw new Error("no bug");
  const moved = (more: readonly string[], type = own.type) =>
    crash("KASAN: use-after-free Read in orion", type, { frame: "orion", stack: [...more] });

  it.each([
    ["the same title", crash(own.title, "DoS", { frame: "x", stack: [] }), "same"],
    ["type and function", crash("KASAN: wild Read in vela_peek", own.type, { stack: [] }), "same"],
    [
      "the function with another type",
      crash("WARNING in vela_peek", "WARNING", { stack: [] }),
      "same",
    ],
    [
      "the outer half of the function",
      crash("KASAN: wild Read in __vela_peek", own.type, { stack: [] }),
      "same",
    ],
    [
      "a hang that waits in the function",
      crash("INFO: task hung in vela_peek", "HANG", { stack: [] }),
      "foreign",
    ],
    [
      "a coarser title",
      crash("general protection fault in x", "DoS", {
        frame: null,
        stack: [],
        altTitles: ["bad-access in vela_peek"],
      }),
      "same",
    ],
    [
      "a coarser title of another function",
      crash("general protection fault in x", "DoS", { stack: [], altTitles: ["bad-access in x"] }),
      "foreign",
    ],
    ["no function on either side", crash("x", own.type, { frame: null, stack: [] }), "foreign"],
    [
      "three of its functions in order",
      moved(["orion", "vela_peek", "vela_find", "vela_ioctl"]),
      "same",
    ],
    [
      "its functions with others between",
      moved(["vela_peek", "a", "vela_find", "b", "vela_ioctl"]),
      "same",
    ],
    ["its functions in another order", moved(["vela_ioctl", "vela_find", "vela_peek"]), "foreign"],
    ["two of its functions", moved(["vela_peek", "vela_find", "orion"]), "foreign"],
    ["its stack with another type", moved(stack, "DoS"), "foreign"],
    ["its functions too far out", moved([..."abcdefgh", ...stack]), "foreign"],
  ])("%s: %s", (_, seen, verdict) => {
    expect(compareCrash(bug, seen)).toBe(verdict);
  });
});
