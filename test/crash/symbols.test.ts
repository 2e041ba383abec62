import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Symbolizers } from "../../src/crash/symbols/symbolizers.ts";

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
afterAll(async () => {
  await symbolizers.close();
  rmSync(folder, { recursive: true, force: true });
});

const symbolizers = new Symbolizers();
/** As all of a report that fits is said of it. */
async function symbolized(report: string): Promise<string> {
  const said = await symbolizers.symbolize(report, kernel());
  expect(said.notes).toEqual([]);
  return said.report;
}
const kernel = () => ({ signature: "vela", vmlinux: binary });

describe("Symbolizers", () => {
  it("add source lines, with a line for each inlined function, innermost first", async () => {
    const size = sizeOf("outer");
    const place = `outer+0x0/${size}`;
    const report = `WARNING: CPU: 0 PID: 7 at x.c:1 ${place}\nRIP: 0010:${place}\n ? ${place}\nend\n`;
    expect(await symbolized(report)).toBe(
      [
        "WARNING: CPU: 0 PID: 7 at x.c:1 deep vela.c:2 [inline]",
        "WARNING: CPU: 0 PID: 7 at x.c:1 middle vela.c:5 [inline]",
        `WARNING: CPU: 0 PID: 7 at x.c:1 ${place} vela.c:8`,
        "RIP: 0010:deep vela.c:2 [inline]",
        "RIP: 0010:middle vela.c:5 [inline]",
        `RIP: 0010:${place} vela.c:8`,
        ` ? ${place}`,
        "end\n",
      ].join("\n"),
    );
  });

  it.each(["RIP: 0010:", "epc : ", "pc : ", "PC is at ", "WARNING: CPU: 0 PID: 7 at x.c:1 "])(
    "look a return address up in the call, and the processor's place (%s) as it is",
    async (counter) => {
      const size = sizeOf("main");
      const dump = execFileSync("objdump", ["-d", "--no-show-raw-insn", binary], {
        encoding: "utf8",
      });
      const body = dump.slice(dump.indexOf("<main>:")).split("\n");
      const start = BigInt(`0x${dump.slice(0, dump.indexOf(" <main>:")).split("\n").at(-1)}`);
      const call = body.findIndex((line) => line.includes("<ender>"));
      const after = BigInt(`0x${body[call + 1]?.split(":")[0]?.trim()}`) - start;
      const place = `main+0x${after.toString(16)}/${size}`;
      const [returned, exact] = (await symbolized(` ${place}\n${counter}${place}`)).split("\n");
      expect(returned).toBe(` ${place} vela.c:13`);
      expect(exact).toMatch(/ vela\.c:1[24]$/);
    },
  );

  it("take the raw address off the lines of inlined functions", async () => {
    const report = ` [<0000000060012345>] outer+0x1/${sizeOf("outer")}`;
    const lines = (await symbolized(report)).split("\n");
    expect(lines[0]).toBe(" deep vela.c:2 [inline]");
    expect(lines.at(-1)).toBe(`${report} vela.c:8`);
  });

  it.each([
    ["a line that has its source", " outer+0x1/0x5 vela.c:9"],
    ["a frame of a module", " outer+0x1/0x777 [vela]"],
    ["no frames", "vela\n\n"],
  ])("leave %s as it was", async (_, report) => {
    expect(await symbolized(report)).toBe(report);
  });

  it("leave frames that are not of the binary as they were, and say so", async () => {
    const size = sizeOf("outer");
    const report = ` orion+0x1/0x20\n outer+0x1/0x777\n outer+0x999/${size}\n outer+0x1/${size}\n`;
    const said = await symbolizers.symbolize(report, kernel());
    expect(said.report.split("\n").slice(0, 3)).toEqual(report.split("\n").slice(0, 3));
    expect(said.report).toContain(` outer+0x1/${size} vela.c:8`);
    expect(said.notes).toHaveLength(1);
    expect(said.notes[0]).toMatch(
      /^3 of 4 frames do not fit the binary: orion\+0x1\/0x20 \(no such function\), outer\+0x1\/0x777 \(its size is 0x[0-9a-f]+\), outer\+0x999\/0x[0-9a-f]+ \(behind its end\)$/,
    );
  });

  it("ask one open addr2line for many reports at once", async () => {
    const report = ` outer+0x1/${sizeOf("outer")}\n main+0x1/${sizeOf("main")}\n`;
    const all = await Promise.all(Array.from({ length: 20 }, () => symbolized(report)));
    expect(new Set(all).size).toBe(1);
    expect(all[0]).toContain("vela.c:");
  });

  it("remember what they learnt by the kernel's signature, whatever its path", async () => {
    const report = ` outer+0x1/${sizeOf("outer")}`;
    const known = await symbolized(report);
    const moved = { signature: "vela", vmlinux: "/nowhere" };
    expect(await symbolizers.symbolize(report, moved)).toEqual({ report: known, notes: [] });
  });

  it.each([
    ["a binary that is not there", "none", /^no source lines: the sandbox for nm cannot be made/],
    ["a file that is no binary", "vela.c", /^no source lines: nm cannot read the table of symbols/],
  ])("leave the report as it was with %s, and say so", async (_, name, why) => {
    const report = ` outer+0x1/${sizeOf("outer")}`;
    const vmlinux = join(folder, name);
    const said = await symbolizers.symbolize(report, { signature: name, vmlinux });
    expect(said.report).toBe(report);
    expect(said.notes).toEqual([expect.stringMatching(why)]);
  });

  it("leave the report as it was when they are called off, and work on afterwards", async () => {
    const report = ` outer+0x1/${sizeOf("outer")}`;
    const fresh = new Symbolizers();
    const off = await fresh.symbolize(report, kernel(), AbortSignal.abort());
    expect(off).toEqual({ report, notes: ["no source lines: it was called off"] });
    expect((await fresh.symbolize(report, kernel())).report).toContain("vela.c:8");
    await fresh.close();
    expect((await fresh.symbolize(report, kernel())).report).toContain("vela.c:8");
    await fresh.close();
  });

  it("leave the report as it was when addr2line dies, and say how", async () => {
    const vmlinux = join(folder, "replaced");
    copyFileSync(binary, vmlinux);
    const fresh = new Symbolizers();
    const replaced = { signature: "replaced", vmlinux };
    // The table of symbols is read with the first report, addr2line is started with the second.
    await fresh.symbolize(" orion+0x1/0x20", replaced);
    writeFileSync(vmlinux, "no binary any more");
    const report = ` outer+0x1/${sizeOf("outer")}`;
    expect(await fresh.symbolize(report, replaced)).toEqual({
      report,
      notes: ["no source lines: addr2line ended with exit status 1"],
    });
    await fresh.close();
  });
});
