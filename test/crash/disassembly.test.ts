import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeOf } from "../../src/crash/symbols/code-line.ts";
import { withDisassembly } from "../../src/crash/symbols/disassembly.ts";

const x86 = { arch: "x86_64", type: "DoS" } as const;
/** `mov %rsi,%rax; xor %edx,%edx; div %rdi; ret`, with its third instruction marked. */
const divide =
  "divide error: 0000 [#1]\nRIP: 0010:vela+0x5/0x9\nCode: 48 89 f0 31 d2 <48> f7 f7 c3\n";

describe("withDisassembly", () => {
  it("puts the instructions after the report and marks the trapping one", async () => {
    expect(await withDisassembly(divide, x86)).toBe(
      `${divide}----------------
Code disassembly (best guess):
   0:\t48 89 f0             \tmov    %rsi,%rax
   3:\t31 d2                \txor    %edx,%edx
*  5:\t48 f7 f7             \tdiv    %rdi <-- trapping instruction
   8:\tc3                   \tret
`,
    );
  });

  it("skips bytes where the line begins in the middle of an instruction", async () => {
    // The end of a `movabs`, whose last bytes read as another one that swallows the trapping byte.
    const report = "BUG: x\nRIP: 0010:vela+0x5/0x9\nCode: b8 00 00 <48> f7 f7 c3";
    expect(await withDisassembly(report, x86)).toBe(
      `${report}
----------------
Code disassembly (best guess), 1 bytes skipped:
   0:\t00 00                \tadd    %al,(%rax)
*  2:\t48 f7 f7             \tdiv    %rdi <-- trapping instruction
   5:\tc3                   \tret
`,
    );
  });

  it.each([
    ["a trap that the kernel planted", "RIP: 0010:vela+0x1/0x2\nCode: c3 <0f> 0b c3\n", "BUG"],
    ["a program's code", "RIP: 0033:0x4665d9\nCode: c3 <48> f7 f7\n", "DoS"],
    ["a hang, whose place is chance", divide, "HANG"],
    ["a line without a trapping byte", "Code: 48 f7 f7\n", "DoS"],
    [
      "a line that says why there is none",
      "Code: Unable to access opcode bytes at RIP 0x0.\n",
      "DoS",
    ],
    ["no line", "BUG: x\n", "BUG"],
  ])("leaves the report as it was with %s", async (_, report, type) => {
    expect(await withDisassembly(report, { arch: "x86_64", type })).toBe(report);
  });

  it("leaves the report as it was without an objdump for the architecture", async () => {
    const report = "Code: 7c0802a6 f8010010 (e9230000)\n";
    const path = process.env.PATH;
    process.env.PATH = "/nowhere";
    try {
      expect(await withDisassembly(report, { arch: "powerpc64le", type: "DoS" })).toBe(report);
    } finally {
      process.env.PATH = path;
    }
  });

  it("does not decode when it is called off", async () => {
    expect(await withDisassembly(divide, x86, AbortSignal.abort())).toBe(divide);
  });
});

describe("codeOf", () => {
  it.each([
    ["x86_64", "Code: 48 89 <f7> c3", "4889f7c3", 2, false],
    ["arm", "Code: e2422008 (e5034020)", "082042e2204003e5", 4, false],
    ["arm", "Code: 4770 bf00 (6801)", "704700bf0168", 4, true],
    ["arm64", "Code: 8b010273 (39000274)", "7302018b74020039", 4, false],
    ["riscv64", "Code: 6722 0513 (b783) 0007", "2267130583b70700", 4, false],
  ] as const)("reads a line of %s: %s", (arch, line, hex, trap, thumb) => {
    expect(codeOf(`Oops\n${line}\n`, arch)).toEqual({
      bytes: Buffer.from(hex, "hex"),
      trap,
      thumb,
    });
  });

  it("goes on to the next line after one that tells nothing", () => {
    const report =
      "Code: c3 <0f> 0b\nRIP: 0033:0x1\nCode: <c3>\nRIP: 0010:f+0x1/0x2\nCode: 90 <f4>\n";
    expect(codeOf(report, "x86_64")?.bytes.toString("hex")).toBe("90f4");
  });

  it("reads any text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("Code: ", "<0f>", "(", "00 ", "ffff ", "\n", "RIP: 0033:")),
        (parts) => {
          const code = codeOf(parts.join(""), "arm");
          if (code !== null) expect(code.trap).toBeLessThan(code.bytes.length);
        },
      ),
    );
  });
});
