import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ProgramCrash } from "../../../src/crash/program/program-crash.ts";
import { readProgramOutput } from "../../../src/crash/program/read.ts";

const nothing = { exitCode: null, signal: null };

/**
 * Outputs of real programs. Headers up to the first empty line: `ENDED:` an exit code or a signal, then
 * for each crash `CRASH:` (its title), `TYPE:`, `FRAME:`, `STACK:` without repetitions, `CORRUPTED: Y`
 * and `LAST:`, the last line of its report.
 */
const folder = new URL("outputs/", import.meta.url);
const outputs = readdirSync(folder).map((name) => {
  const bytes = readFileSync(new URL(name, folder));
  const end = bytes.indexOf("\n\n");
  const [first = "", ...headers] = bytes.toString("utf8", 0, end).split("\n");
  const how = first.slice("ENDED: ".length);
  const ended = how.startsWith("SIG")
    ? { exitCode: null, signal: how }
    : { exitCode: Number(how), signal: null };
  return [name.replace(".txt", ""), { ended, headers, output: bytes.subarray(end + 2) }] as const;
});

describe("readProgramOutput", () => {
  it.each(outputs)("reads %s", (_, { ended, headers, output }) => {
    expect(readProgramOutput(output, ended).flatMap(headersOf)).toEqual(headers);
  });

  it.each(outputs)("finds in %s each crash again from its own offset on", (_, { output }) => {
    for (const crash of readProgramOutput(output, nothing)) {
      const [again] = readProgramOutput(output.subarray(crash.start, crash.end), nothing);
      expect(again).toEqual({ ...crash, start: 0, end: crash.end - crash.start });
    }
  });

  it("counts a signal after a report only where the program may have gone on", () => {
    const undefinedLine = Buffer.from("a.c:1:2: runtime error: division by zero\n");
    const signal = { exitCode: null, signal: "SIGSEGV" };
    expect(titles(undefinedLine, signal)).toEqual([
      "UndefinedBehaviorSanitizer: division-overflow at a.c:LINE",
      "SIGSEGV",
    ]);
    expect(titles(undefinedLine, { exitCode: 1, signal: null })).toHaveLength(1);
    const aborted = Buffer.from("prog: a.c:1: main: Assertion `x' failed.\n");
    expect(titles(aborted, { exitCode: null, signal: "SIGABRT" })).toEqual([
      "assertion failed: x in main",
    ]);
  });

  it("says nothing of a program that ended well, or whose end is not its own doing", () => {
    expect(titles(Buffer.from("fine\n"), { exitCode: 0, signal: null })).toEqual([]);
    expect(titles(Buffer.from("fine\n"), nothing)).toEqual([]);
  });

  it("begins at a report's own words where the line before it was not finished", () => {
    const [crash] = readProgramOutput(
      Buffer.from(
        "50 %..==7==ERROR: AddressSanitizer: SEGV on unknown address\n    #0 0x1 in f /a.c:1\n",
      ),
      nothing,
    );
    expect(crash?.title).toBe("AddressSanitizer: SEGV in f");
  });
});

describe("programs that gcc compiled", () => {
  it.each([
    [
      "address",
      "int f(int *p) { free(p); return *p; } int main(void) { return f(malloc(4)); }",
      "AddressSanitizer: heap-use-after-free in f",
    ],
    [
      "address",
      "void f(char *p, int n) { p[n] = 1; } int main(void) { f(malloc(8), 9); }",
      "AddressSanitizer: heap-buffer-overflow in f",
    ],
    [
      "undefined",
      "int f(int a) { return a << 40; } int main(int n, char **v) { return f(n) * 0; }",
      "UndefinedBehaviorSanitizer: shift-out-of-bounds in f",
    ],
    [
      "thread",
      "pthread_mutex_t m; void f(void) { pthread_mutex_unlock(&m); } int main(void) { f(); }",
      "ThreadSanitizer: unlock of an unlocked mutex in f",
    ],
  ])("with -fsanitize=%s are titled as the sanitizer means them: %s", (sanitizer, code, title) => {
    const folder = mkdtempSync(join(tmpdir(), "sanitized-"));
    const source = join(folder, "prog.c");
    writeFileSync(source, `#include <stdlib.h>\n#include <pthread.h>\n${code}\n`);
    const flags = ["-g", "-O0", "-w", `-fsanitize=${sanitizer}`, "-o", join(folder, "prog")];
    expect(spawnSync("gcc", [...flags, source]).stderr.toString()).toBe("");
    const env = { UBSAN_OPTIONS: "print_stacktrace=1" };
    const run = spawnSync("sh", ["-c", "exec 2>&1; exec setarch -R ./prog"], { cwd: folder, env });
    const ended = { exitCode: run.status, signal: run.signal };
    expect(titles(run.stdout, ended)).toEqual([title]);
  });
});

describe("any output", () => {
  const pieces = [
    "==1==ERROR: AddressSanitizer: ",
    "heap-use-after-free on address 0x1\n",
    "READ of size 4 at 0x1 thread T0\n",
    "    #0 0x1 in f<g<h>>(int) /a.c:1\n",
    "    #0 ",
    "SUMMARY: AddressSanitizer: x\n",
    "==1==ABORTING\n",
    "WARNING: ThreadSanitizer: data race (pid=1)\n",
    "  Write of size 4 at 0x1 by thread T1:\n",
    "==================\n",
    "a.c:1:2: runtime error: ",
    "panic: ",
    "goroutine 1 [running]:\n",
    "main.f(0x1)\n",
    "thread 'main' panicked at a.rs:1:2:\n",
    "   0: <a as b>::c\n",
    'Exception in thread "main" a.B: c\n',
    "\tat a.B.c(A.java:1)\n",
    "p: a.c:1: f: Assertion `x' failed.\n",
    "terminate called after throwing an instance of 'a'\n",
    "free(): invalid pointer\n",
    "\n",
    "\0",
    "\xff",
    "operator<",
    "((((",
    "<<<<",
    "x".repeat(1500),
  ];
  const output = fc
    .array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 60 })
    .map((parts) => Buffer.from(parts.join(""), "latin1"));

  it("yields crashes with a printable title, in order, inside of it", () => {
    fc.assert(
      fc.property(output, (bytes) => {
        let last = 0;
        for (const crash of readProgramOutput(bytes, nothing)) {
          expect(crash.title).toMatch(/^[\x20-\x7e]+$/);
          expect(crash.start).toBeGreaterThanOrEqual(last);
          expect(crash.end).toBeGreaterThan(crash.start);
          expect(crash.end).toBeLessThanOrEqual(bytes.length);
          expect(crash.stack.length).toBeLessThanOrEqual(32);
          last = crash.end;
        }
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["headlines", "a.c:1:2: runtime error: x\n"],
    ["announcements of nothing", "panic: x\n"],
    ["one line of announcements", "panic: panic: Sanitizer: : runtime error: "],
    ["frames", "==1==ERROR: AddressSanitizer: SEGV\n    #0 0x1 in f /a.c:1\n"],
    ["blank lines", "\n"],
    ["blanks", " "],
    ["long lines", `${"x".repeat(1180)}: runtime error: y\n`],
    ["half assertions", `${":1: ".repeat(290)}Assertion \`\n`],
    ["brackets", "    #0 0x1 in <<<<((("],
  ])("of 16 MiB of %s is read in bounded time, 64 crashes at most", (_, piece) => {
    const bytes = Buffer.alloc(16 * 1024 * 1024, piece);
    const begin = process.cpuUsage();
    expect(readProgramOutput(bytes, nothing).length).toBeLessThanOrEqual(64);
    const { user, system } = process.cpuUsage(begin);
    expect((user + system) / 1e6).toBeLessThan(5);
  });
});

function titles(output: Buffer, ended: Parameters<typeof readProgramOutput>[1]): string[] {
  return readProgramOutput(output, ended).map(({ title }) => title);
}

function headersOf({ title, type, frame, stack, corrupted, report }: ProgramCrash): string[] {
  return [
    `CRASH: ${title}`,
    `TYPE: ${type}`,
    `FRAME: ${frame ?? "-"}`,
    `STACK: ${[...new Set(stack)].join(", ") || "-"}`,
    ...(corrupted ? ["CORRUPTED: Y"] : []),
    `LAST: ${report.trimEnd().split("\n").at(-1) ?? ""}`,
  ];
}
