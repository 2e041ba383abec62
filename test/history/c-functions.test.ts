import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FunctionLines } from "../../src/history/c-functions.ts";

/** Each line of a file behind the function that it is said to belong to. */
const file: readonly (readonly [string | null, string])[] = [
  [null, "// SPDX-License-Identifier: GPL-2.0"],
  [null, "#include <linux/one.h>"],
  [null, ""],
  ["MASK", "#define MASK(x) \\"],
  ["MASK", "\t((x) & 1)"],
  [null, "struct forward;"],
  [null, "static int declared(int one);"],
  [null, "static DEFINE_MUTEX(lock);"],
  ["struct ring", "struct ring {"],
  ["struct ring", "\tint head;"],
  ["struct ring", "};"],
  [null, "/*"],
  [null, " * What it does."],
  [null, " */"],
  ["one_line", "static inline int one_line(void) { return 1; }"],
  [null, "/* between */"],
  ["first", "static int first(struct ring *ring,"],
  ["first", "\t\t int count)"],
  ["first", "\t__acquires(&lock)"],
  ["first", "{"],
  ["first", "#ifdef CONFIG_ONE"],
  ["first", "\tif (count)"],
  ["first", "#endif"],
  ["first", "\t\tgoto out;"],
  [null, ""],
  ["first", "out:"],
  ["first", "\treturn 0;"],
  ["first", "}"],
  [null, "EXPORT_SYMBOL_GPL(first);"],
  [null, "static struct ring *"],
  ["second", "second(void)"],
  ["second", "__must_hold(&lock)"],
  ["second", "{"],
  ["second", "}"],
  ["third", "static __printf(1, 2) void third(const char *format, ...)"],
  ["third", "{"],
  ["third", "/* in the first column */"],
  ["third", "\treturn;"],
  ["third", "}"],
  ["fops", "static const struct file_operations fops = {"],
  ["fops", "\t.open = first,"],
  ["fops", "};"],
  ["table", "static int table[MAX][2] = {"],
  ["table", "\t{ 1, 2 },"],
  ["table", "};"],
  ["__do_sys_io_setup", "SYSCALL_DEFINE2(io_setup, unsigned, nr_events)"],
  ["__do_sys_io_setup", "{"],
  ["__do_sys_io_setup", "}"],
  ["__do_compat_sys_open", "COMPAT_SYSCALL_DEFINE3(open, const char __user *, name)"],
  ["__do_compat_sys_open", "{"],
  ["__do_compat_sys_open", "}"],
  ["bpf_lookup", "BPF_CALL_2(bpf_lookup, struct map *, map, void *, key)"],
  ["bpf_lookup", "{"],
  ["bpf_lookup", "}"],
  [null, "module_init(first);"],
];

describe("FunctionLines", () => {
  it("tells of each line of a file of the kernel's style where it belongs", () => {
    const lines = new FunctionLines("");
    expect(file.map(([, line]) => [lines.next(line), line])).toEqual(file);
  });

  it("is not misled by line ends of another system", () => {
    const lines = new FunctionLines("");
    expect(file.map(([, line]) => lines.next(`${line}\r`))).toEqual(file.map(([name]) => name));
  });

  it("goes on in the function above after a label that begins a hunk", () => {
    const lines = new FunctionLines("static int above(void)");
    expect(
      ["out: release(x);", "\treturn 0;", "}", "int next(void)"].map((l) => lines.next(l)),
    ).toEqual(["above", "above", "above", "next"]);
    expect(new FunctionLines("static int above(void)").next("\tsomething else")).toBeNull();
  });

  it("takes time in proportion to any line's length", () => {
    fc.assert(
      fc.property(fc.constantFrom("a", "a(", "(", "A(a", "a[", "= ", "#define ", "\\"), (part) => {
        const lines = new FunctionLines(part);
        const start = performance.now();
        for (let k = 0; k < 5; k++) lines.next(part.repeat(200_000));
        expect(performance.now() - start).toBeLessThan(1000);
      }),
    );
  });
});
