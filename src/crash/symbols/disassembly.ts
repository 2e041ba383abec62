import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../failure/failure.ts";
import { findTool } from "../../process/find-tool.ts";
import { runProcess } from "../../process/run.ts";
import { type Code, type CodeArch, codeOf } from "./code-line.ts";

/** An instruction of x86 has at most 15 bytes; the line begins in the middle of one. */
const maxSkipped = 7;
const deadline = 20;
const memoryBytes = 512 * 1024 ** 2;

interface Decoder {
  readonly tool: string;
  /** Node's word for the machine whose own objdump decodes it. */
  readonly host: string;
  readonly machine: string;
  readonly mode?: string;
}

/** What decodes an architecture: the cross tool, else the machine's own where it is of that kind. */
const decoders: Readonly<Record<CodeArch, Decoder>> = {
  // With 32 bits in an address, as the kernel's own script for such lines has it: `call 0xfe148f0f`.
  x86_64: { tool: "x86_64-linux-gnu-objdump", host: "x64", machine: "i386", mode: "x86-64" },
  i386: { tool: "x86_64-linux-gnu-objdump", host: "x64", machine: "i386" },
  arm: { tool: "arm-linux-gnueabi-objdump", host: "arm", machine: "arm" },
  arm64: { tool: "aarch64-linux-gnu-objdump", host: "arm64", machine: "aarch64" },
  riscv64: { tool: "riscv64-linux-gnu-objdump", host: "riscv64", machine: "riscv:rv64" },
  powerpc64le: {
    tool: "powerpc64le-linux-gnu-objdump",
    host: "ppc64",
    machine: "powerpc:common64",
  },
};

/**
 * `report` with the instructions of its first telling `Code:` line after it, the trapping one marked.
 *
 * Where they begin is a guess: up to 7 bytes are skipped until one begins at the trapping byte. The report
 * stays as it was where no line tells anything (`code-line.ts`), where nothing begins there, for a hang
 * (`type`), whose place is chance, and without an objdump for `arch`. Never rejects but for a defect.
 */
export async function withDisassembly(
  report: string,
  { arch, type }: { arch: CodeArch; type: string },
  signal?: AbortSignal,
): Promise<string> {
  if (type === "HANG") return report;
  const code = codeOf(report, arch);
  const tool = toolFor(arch);
  if (code === null || tool === null) return report;
  const printed = await decode(code, arch, tool, signal);
  const found = printed === null ? null : firstFitting(printed, code);
  if (found === null) return report;
  const skipped = found.skipped === 0 ? "" : `, ${found.skipped} bytes skipped`;
  const block = ["----------------", `Code disassembly (best guess)${skipped}:`, ...found.lines];
  const end = report.endsWith("\n") || report === "" ? "" : "\n";
  return `${report}${end}${block.map((line) => `${line}\n`).join("")}`;
}

function toolFor(arch: CodeArch): string | null {
  const { tool, host } = decoders[arch];
  const path = process.env.PATH ?? "";
  if (findTool(tool, path) !== null) return tool;
  return host === process.arch && findTool("objdump", path) !== null ? "objdump" : null;
}

/** What objdump prints of the bytes, and of them without the first 1, 2, … 7. */
async function decode(
  { bytes, trap, thumb }: Code,
  arch: CodeArch,
  command: string,
  signal?: AbortSignal,
): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), "firstbad-code-"));
  try {
    const cuts = Array.from({ length: Math.min(maxSkipped, trap) + 1 }, (_, i) => `${i}`);
    for (const cut of cuts) await writeFile(join(folder, cut), bytes.subarray(Number(cut)));
    const decoder = decoders[arch];
    const mode = thumb ? "force-thumb" : decoder.mode;
    const result = await runProcess({
      command,
      args: [
        ...["-D", "-z", "-b", "binary", "-m", decoder.machine],
        ...(mode === undefined ? [] : ["-M", mode]),
        ...cuts.map((cut) => `/code/${cut}`),
      ],
      sandbox: { mounts: [{ host: folder, inside: "/code", writable: false }] },
      limits: { memoryBytes },
      deadline,
      ...(signal === undefined ? {} : { signal }),
    });
    return result.exitCode === 0 ? result.stdout.toString("utf8") : null;
  } catch (error) {
    // No sandbox, or no such program in it: as without objdump.
    if (error instanceof Failure) return null;
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The first of objdump's listings in which an instruction begins at the trapping byte. */
function firstFitting(
  printed: string,
  { trap }: Code,
): { skipped: number; lines: readonly string[] } | null {
  const listings = printed.split(/^\/code\/\d: .*$/m).slice(1);
  for (const [skipped, listing] of listings.entries()) {
    const lines = listing.split("\n").filter((line) => /^ *[0-9a-f]{1,4}:\t/.test(line));
    const at = lines.findIndex((line) => beginsAt(line, trap - skipped));
    if (at === -1) continue;
    const marked = lines.map((line, i) =>
      i === at ? `*${line.slice(1)} <-- trapping instruction` : line,
    );
    return { skipped, lines: marked };
  }
  return null;
}

/** A line is `  2a:\t48 f7 f5 \tdiv %rbp`; the rest of a long instruction has no third column. */
function beginsAt(line: string, offset: number): boolean {
  const [address = "", , instruction] = line.split("\t");
  return instruction !== undefined && Number.parseInt(address, 16) === offset;
}
