import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { symbolizeReport } from "../../src/crash/symbols.ts";

const source = `static inline __attribute__((always_inline)) int deep(volatile int *p) {
  return *p + 1;
}
static inline __attribute__((always_inline)) int middle(volatile int *p) {
  return deep(p) * 3;
}
__attribute__((noinline)) int outer(volatile int *p) {
  return middle(p);
}
__attribute__((noinline)) void ender(void) { __asm__ volatile(""); }
int main(int argc, char **argv) {
  int sum = outer(&argc);
  ender();
  return sum * argc;
}
`;

let folder: string;
let binary: string;
/** Name, and size up to the next symbol, as the kernel's own table has it. */
let sizeOf: (name: string) => string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "symbols-"));
  binary = join(folder, "vmlinux");
  writeFileSync(join(folder, "vela.c"), source);
  execFileSync("gcc", ["-g", "-O1", "-no-pie", "-o", binary, join(folder, "vela.c")]);
  const rows = execFileSync("nm", ["-n", "--defined-only", binary], { encoding: "utf8" })
    .split("\n")
    .map((row) => row.split(" "));
  sizeOf = (name) => {
    const at = rows.findIndex((row) => row[2] === name);
    const size = BigInt(`0x${rows[at + 1]?.[0]}`) - BigInt(`0x${rows[at]?.[0]}`);
    return `0x${size.toString(16)}`;
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("symbolizeReport", () => {
  it("adds source lines, with a line for each inlined function, innermost first", async () => {
    const size = sizeOf("outer");
    const report = `WARNING: CPU: 0 PID: 7 at x\nRIP: 0010:outer+0x0/${size}\n ? outer+0x0/${size}\nend\n`;
    expect(await symbolizeReport(report, binary, undefined, folder)).toBe(
      [
        "WARNING: CPU: 0 PID: 7 at x",
        "RIP: 0010:deep vela.c:2 [inline]",
        "RIP: 0010:middle vela.c:5 [inline]",
        `RIP: 0010:outer+0x0/${size} vela.c:8`,
        ` ? outer+0x0/${size}`,
        "end\n",
      ].join("\n"),
    );
  });

  it("looks a return address up in the call, and the processor's place as it is", async () => {
    const size = sizeOf("main");
    const dump = execFileSync("objdump", ["-d", "--no-show-raw-insn", binary], {
      encoding: "utf8",
    });
    const body = dump.slice(dump.indexOf("<main>:")).split("\n");
    const start = BigInt(`0x${dump.slice(0, dump.indexOf(" <main>:")).split("\n").at(-1)}`);
    const call = body.findIndex((line) => line.includes("<ender>"));
    const after = BigInt(`0x${body[call + 1]?.split(":")[0]?.trim()}`) - start;
    const place = `main+0x${after.toString(16)}/${size}`;
    const [returned, exact] = (
      await symbolizeReport(` ${place}\nRIP: 0010:${place}`, binary, undefined, `${folder}/`)
    ).split("\n");
    expect(returned).toBe(` ${place} vela.c:13`);
    expect(exact).not.toBe(`RIP: 0010:${place} vela.c:13`);
  });

  it("takes the raw address off the lines of inlined functions", async () => {
    const size = sizeOf("outer");
    const report = ` [<0000000060012345>] outer+0x1/${size}`;
    const lines = (await symbolizeReport(report, binary, undefined, folder)).split("\n");
    expect(lines[0]).toBe(" deep vela.c:2 [inline]");
    expect(lines.at(-1)).toBe(`${report} vela.c:8`);
  });

  it.each([
    ["a function of another size", " outer+0x1/0x777"],
    ["a function the binary has not", " orion+0x1/0x20"],
    ["a line that has its source", " outer+0x1/0x5 vela.c:9"],
    ["no frames", "vela\n\n"],
  ])("leaves %s as it was", async (_, report) => {
    expect(await symbolizeReport(report, binary, undefined, folder)).toBe(report);
  });

  it("leaves the report as it was without a binary, or when it is called off", async () => {
    const report = ` outer+0x1/${sizeOf("outer")}`;
    expect(await symbolizeReport(report, join(folder, "none"), undefined, folder)).toBe(report);
    expect(await symbolizeReport(report, "--help", undefined, folder)).toBe(report);
    expect(await symbolizeReport(report, binary, AbortSignal.abort(), folder)).toBe(report);
  });
});
