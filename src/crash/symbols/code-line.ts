/** Architectures whose `Code:` lines are read, as `uname -m` has them. */
export type CodeArch = "x86_64" | "i386" | "arm" | "arm64" | "riscv64" | "powerpc64le";

/** The machine code around a crash. */
export interface Code {
  readonly bytes: Buffer;
  /** Where in it the instruction begins that the processor stopped at. */
  readonly trap: number;
  /** Two-byte instructions of ARM. */
  readonly thumb: boolean;
}

/** Hexadecimal digits of a line that are looked at: kernels print 64 bytes or fewer. */
const maxLine = 1200;

/** Instructions that kernels plant to trap: what they stand for is in the headline already. */
const planted: Readonly<Record<CodeArch, RegExp>> = {
  // ud2, ud1, int3 behind it.
  x86_64: /^0f(?:0b|b9)/,
  i386: /^0f(?:0b|b9)/,
  // The undefined instructions of BUG() in both instruction sets.
  arm: /^(?:f201f0e7|02de)/,
  // brk #0x800.
  arm64: /^000021d4/,
  // ebreak, short and long.
  riscv64: /^(?:0290|73001000)/,
  // trap.
  powerpc64le: /^0000e00f/,
};

/**
 * The code of the first `Code:` line of `report` that is worth decoding, or null: it shows the trapping
 * instruction, which is none that the kernel planted, and belongs to the kernel (`RIP: 0033:…` is a
 * program's place).
 */
export function codeOf(report: string, arch: CodeArch): Code | null {
  let program = false;
  for (const line of report.split("\n")) {
    const counter = /^RIP: ([0-9a-f]{4}):/.exec(line);
    if (counter !== null) program = counter[1] === "0033";
    const [, words] = /^\s{0,4}Code: (.*)$/.exec(line.slice(0, maxLine)) ?? [];
    if (words === undefined || program) continue;
    const code = codeIn(words.trim().split(/\s+/), arch);
    if (code === null) continue;
    if (!planted[arch].test(code.bytes.toString("hex", code.trap))) return code;
  }
  return null;
}

function codeIn(words: readonly string[], arch: CodeArch): Code | null {
  const parts: Buffer[] = [];
  let trap = -1;
  let thumb = false;
  for (const word of words) {
    const found = /^([<(]?)((?:[0-9a-f]{2}){1,4})[>)]?$/.exec(word);
    if (found === null) return null;
    if (found[1] !== "") trap = parts.reduce((sum, part) => sum + part.length, 0);
    // Words are numbers, and all of these processors store them with their lowest byte first.
    parts.push(Buffer.from(found[2] ?? "", "hex").reverse());
    thumb = arch === "arm" && found[2]?.length === 4;
  }
  return trap === -1 ? null : { bytes: Buffer.concat(parts), trap, thumb };
}
