import { expect, test } from "vitest";
import { sourcePlaces } from "../../../src/crash/program/source-places.ts";

const table: readonly (readonly [what: string, report: string, places: readonly string[]])[] = [
  [
    "a sanitizer's stacks, without runtimes and frames that have no line",
    `==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x60
    #0 0x1 in memcpy ../sysdeps/x86_64/multiarch/memcpy.S:222
    #1 0x2 in item::drop(int) /firstbad/src/lib/item.cc:12:3
    #2 0x3 in main (/build/app+0x11b0)
freed by thread T0 here:
    #0 0x4 in __interceptor_free ../../../../src/libsanitizer/asan/asan_malloc_linux.cpp:52
    #1 0x5 in item_free lib/free.c:8`,
    ["item::drop /firstbad/src/lib/item.cc", "item_free lib/free.c"],
  ],
  [
    "an assertion's line",
    "app: src/table.c:44: row_of: Assertion `row < rows' failed.",
    ["null src/table.c"],
  ],
  [
    "a panic's line",
    "thread 'main' panicked at src/ring.rs:9:5:\nindex out of bounds",
    ["null src/ring.rs"],
  ],
  [
    "lines of undefined behaviour, each place once",
    "lib/shift.c:3:7: runtime error: shift exponent 40\nlib/shift.c:3:7: runtime error: again",
    ["null lib/shift.c"],
  ],
  [
    "Go's stacks",
    "panic: boom\n\nmain.run(...)\n\t/firstbad/src/run.go:12 +0x1d",
    ["null /firstbad/src/run.go"],
  ],
  ["nothing where no place is named", "Segmentation fault at 12:30, see http://a.org:80", []],
];

test.each(table)("places are %s", (_, report, places) => {
  expect(sourcePlaces(report).map((place) => `${place.function} ${place.path}`)).toEqual(places);
});

test("a hostile report is read in bounded time", () => {
  const line = `${"a/".repeat(3000)}${".a".repeat(3000)}:${"1".repeat(3000)}`;
  expect(sourcePlaces(`${line}\n`.repeat(5000))).toEqual([]);
});
