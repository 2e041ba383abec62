import { posix } from "node:path";
import { isGenericPlace } from "./generic-places.ts";

/** A function that a report names with its place in the source. */
export interface RelevantFrame {
  readonly function: string;
  /** Below the kernel's tree. */
  readonly file: string;
  readonly line: number;
  /** It is on many unrelated stacks and says nothing about whose the bug is. */
  readonly generic: boolean;
}

/** Lines of a report and characters of a line that are looked at, and frames that are kept. */
const maxLines = 5000;
const maxLine = 1200;
const maxFrames = 256;

/** `path/file.c:12`, alone between blanks: what is in brackets names the source of something else. */
const place = /(?:^|\s)(\.{0,2}\/?[\w][\w/.-]{0,200}\.(?:c|h|S|rs)):(\d{1,7})(?=[\s!()]|$)/g;
const offset = /(?:\+0x[0-9a-f]{1,8}\/0x[0-9a-f]{1,8})?(?: \[[\w-]{1,60}\])?$/;

/** Lines that tell which locks are held, where interrupts were switched and what registers point at. */
const aside =
  /^\s*#\d{1,3}: |irqs last +(?:en|dis)abled at|^irq event stamp|^\s*[rR]egister \w{1,4} information/;

/** What interrupted code looks like where a stall was noticed: the loop is below it. */
const interruptEntry =
  /(?:^|[\s:])(?:asm_)?(?:sysvec_)?apic_timer_interrupt|(?:^|\s)(?:asm_sysvec_\w+|el1_irq|el1h_64_irq\w*|__irq_svc|handle_riscv_irq|ret_from_exception)\+/;

/** Lines that come before the headline in the report of a task, and what a headline is like. */
const maxLeading = 50;
const headline =
  /BUG:|WARNING:|INFO:|UBSAN:|kernel BUG at|[kK]ernel panic|general protection fault|[uU]nable to handle|[uU]nhandled fault|Internal error|divide error|Kernel mode fault/;

/**
 * The source file that `report`, one with source lines, puts the blame on; null where it names none.
 *
 * It is the first file that is not generic; where all are, the first; where
 * only lines about held locks name any, one of those. A later file in a deeper folder below
 * the chosen file's wins: `fs/super.c` only calls what `fs/ntfs/super.c` does. For a stall the code that
 * was interrupted is searched first. `title`: of the same crash.
 */
export function guiltyFileOf(title: string, report: string): string | null {
  const all = report.split("\n", maxLines);
  const lines = all.slice(Math.max(0, headlineIn(all)));
  if (/^(?:INFO: rcu detected stall|BUG: soft lockup)/.test(title)) {
    const entry = lines.findIndex((line) => interruptEntry.test(line.slice(0, maxLine)));
    const interrupted = entry === -1 ? null : chosen(filesIn(lines.slice(entry)));
    if (interrupted !== null) return interrupted;
  }
  const files = filesIn(lines);
  return chosen(files) ?? files[0] ?? chosen(filesIn(lines, asides)) ?? null;
}

/** Index of the headline, after the end of what was printed before; -1 where nothing looks like one. */
function headlineIn(lines: readonly string[]): number {
  return lines.slice(0, maxLeading + 1).findIndex((line) => headline.test(line.slice(0, maxLine)));
}

/**
 * The functions that `report` names with their place in the source, in the order in which they are
 * printed, each once; at most 256. Which come first matters: in 45 % of bugs the culprit touches the file
 * of the first that is not generic, in 82 % one of the first eight.
 */
export function relevantFrames(report: string): readonly RelevantFrame[] {
  const frames = new Map<string, RelevantFrame>();
  for (const line of report.split("\n", maxLines)) {
    if (frames.size === maxFrames) break;
    const frame = frameIn(line.slice(0, maxLine));
    if (frame === null) continue;
    const key = `${frame.function} ${frame.file}:${frame.line}`;
    if (!frames.has(key)) frames.set(key, frame);
  }
  return [...frames.values()];
}

function chosen(files: readonly string[]): string | null {
  const [first, ...later] = files.filter((file) => !isGenericPlace(file));
  if (first === undefined) return null;
  const folder = folderOf(first);
  return later.find((file) => folderOf(file).startsWith(`${folder}/`)) ?? first;
}

function filesIn(lines: readonly string[], wanted = notAside): string[] {
  return lines.flatMap((text) => {
    const line = text.slice(0, maxLine);
    if (!wanted(line)) return [];
    return Array.from(line.matchAll(place), ([, path]) => cleaned(path ?? ""));
  });
}

const asides = (line: string) => aside.test(line);
const notAside = (line: string) => !aside.test(line);

/**
 * The function that a line of a report names with its place in the source; null where it names none.
 * The last place of a line is the function's; `WARNING: … at a.c:1 f+0x1/0x2 a.c:1` has one before. */
export function frameIn(line: string): RelevantFrame | null {
  if (aside.test(line)) return null;
  const found = Array.from(line.matchAll(place)).at(-1);
  if (found === undefined) return null;
  const name = lastName(line.slice(0, found.index).trimEnd().replace(offset, ""));
  if (name === "" || name === "at") return null;
  const file = cleaned(found[1] ?? "");
  return { function: name, file, line: Number(found[2]), generic: isGenericPlace(file) };
}

/**
 * The name at the end of `text`, such as `vela_open` in `RIP: 0010:vela_open` and all of `<Ring as Drop>::drop`;
 * "" where there is none. Read backwards, once: a pattern would begin anew at each character.
 */
function lastName(text: string): string {
  let start = text.length;
  while (start > 0 && /[\w.$:]/.test(text[start - 1] as string)) start--;
  if (text[start - 1] === ">" && text.startsWith("::", start)) {
    let depth = 0;
    for (let i = start - 1; i >= 0; i--) {
      if (text[i] === ">") depth++;
      else if (text[i] === "<" && --depth === 0) return text.slice(i);
    }
  }
  return text.slice(start).replace(/^[^a-zA-Z_]+/, "");
}

/** `./include/x.h`, `/kernel/a.c` of builds in another folder, `arch/x86/kvm/../../../virt/kvm/a.c`. */
function cleaned(path: string): string {
  return posix.normalize(`/${path}`).slice(1);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
