import { describe, expect, test } from "vitest";
import { type Blamed, detectorsIn } from "../../src/bisection/made-visible.ts";
import type { ChangedLine } from "../../src/history/changed-lines.ts";

const warning: Blamed = {
  find: "cause",
  title: "WARNING in pipe_poll",
  report:
    "------------[ cut here ]------------\nWARNING: CPU: 0 PID: 25 at fs/pipe.c:669 pipe_poll+0x1/0x2 fs/pipe.c:669",
  files: ["fs/pipe.c"],
};
const titled = (title: string): Blamed => ({
  find: "cause",
  title,
  report: title,
  files: ["fs/pipe.c"],
});
const at = (path: string, line: number, text: string, sign: ChangedLine["sign"] = "+") => ({
  path,
  line,
  text,
  sign,
});

describe("a commit makes a bug visible", () => {
  test.each<[string, Blamed, ChangedLine, string]>([
    ["that adds the check", warning, at("fs/pipe.c", 669, "\tWARN_ON(x);"), "check"],
    ["whose check has several lines", warning, at("fs/pipe.c", 667, "\tif (WARN_ONCE(x,"), "check"],
    [
      "that counts references so that it is noticed",
      titled("WARNING: refcount bug in pipe_release"),
      at("net/core/sock.c", 5, "\trefcount_inc(&sk->ref);"),
      "check",
    ],
    [
      "that says where code may sleep",
      titled("BUG: sleeping function called from invalid context in eat"),
      at("mm/slab.c", 5, "\tmight_sleep_if(x);"),
      "check",
    ],
    [
      "that has a folder instrumented",
      titled("KASAN: use-after-free Read in eat"),
      at("mm/Makefile", 3, "KASAN_SANITIZE_slab.o := n", "-"),
      "instrumentation",
    ],
    [
      "that turns on a sanitizer",
      titled("UBSAN: shift-out-of-bounds in eat"),
      at("lib/Kconfig.ubsan", 3, "\tselect UBSAN_SHIFT"),
      "instrumentation",
    ],
    [
      "that has a driver built by default",
      titled("general protection fault in eat"),
      at("drivers/net/Kconfig", 3, "\tdefault y"),
      "option",
    ],
    [
      "that makes warnings fatal",
      titled("kernel panic: panic_on_warn set"),
      at("kernel/panic.c", 3, "int panic_on_warn __read_mostly = 1;"),
      "fatal",
    ],
  ])("%s", (_, blamed, line, what) => {
    expect(detectorsIn([line], blamed)).toMatchObject([{ what, path: line.path }]);
    const inverse: ChangedLine = { ...line, sign: line.sign === "+" ? "-" : "+" };
    expect(detectorsIn([inverse], blamed)).toEqual([]);
    // A fix that takes it out hides the bug.
    expect(detectorsIn([inverse], { ...blamed, find: "fix" })).toMatchObject([{ what }]);
  });

  test.each<[string, Blamed, readonly ChangedLine[]]>([
    ["whose check is another", warning, [at("fs/pipe.c", 100, "\tWARN_ON(x);")]],
    ["whose check is elsewhere", warning, [at("fs/file.c", 669, "\tWARN_ON(x);")]],
    ["that only changes code", warning, [at("fs/pipe.c", 669, "\tpipe->head = 0;")]],
    [
      "that is about another sanitizer",
      titled("KASAN: use-after-free Read in eat"),
      [at("lib/Kconfig.ubsan", 3, "\tselect UBSAN_SHIFT")],
    ],
    [
      "that has a driver built which it changes where the crash is",
      titled("general protection fault in eat"),
      [at("fs/Kconfig", 3, "\tdefault y"), at("fs/pipe.c", 3, "\teat();")],
    ],
    ["that turns a sanitizer off", titled("KASAN: x"), [at("a/Kconfig", 3, "CONFIG_KASAN=n")]],
  ])("and not one %s", (_, blamed, lines) => {
    expect(detectorsIn(lines, blamed)).toEqual([]);
  });

  test("however much it changes, few lines are named, and quickly", () => {
    const lines = Array.from({ length: 100_000 }, (_, n) =>
      at("fs/pipe.c", 660 + (n % 10), `WARN_ON(${"x".repeat(400)})`),
    );
    expect(detectorsIn(lines, warning)).toHaveLength(16);
    const long = { ...warning, report: `WARNING: ${"a/b.c:1 ".repeat(100_000)}` };
    expect(detectorsIn(lines, long)).toEqual([]);
  });
});
