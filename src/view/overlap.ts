import { frameIn } from "../crash/guilty-file.ts";
import { plainLines } from "../syzbot/index.ts";

/** A line of the report of a crash. */
export interface ReportLine {
  readonly text: string;
  /** The function that it names with its place in the source. */
  readonly frame: {
    readonly function: string;
    readonly file: string;
    readonly line: number;
  } | null;
  /** Whether the diff changes that file, and whether it does so at that function or line. */
  readonly inFile: boolean;
  readonly touched: boolean;
}

/** A line of a diff. */
export interface DiffLine {
  readonly text: string;
  /** The file that it is about, as it is called afterwards; before, where it is gone; null before the first. */
  readonly file: string | null;
  /** Its number in that file afterwards, from 1; null where it is not there. */
  readonly newLine: number | null;
  /** `file`: the lines before the first hunk of a file; `@`: the head of a hunk. */
  readonly kind: "+" | "-" | " " | "@" | "file";
  /** Whether it is in a function of the stack, or at a line of it; of the head of a hunk: whether a line of it is. */
  readonly onStack: boolean;
}

/** The stack of a crash beside the change that is blamed for it. */
export interface Overlap {
  readonly report: readonly ReportLine[];
  readonly diff: readonly DiffLine[];
  /** Whether the diff goes on behind what is here. */
  readonly cut: boolean;
}

/** Lines that are looked at, and characters of a line that are shown. */
const mostReport = 5000;
const mostDiff = 20_000;
const longest = 1000;

type Frame = NonNullable<ReportLine["frame"]>;

/** What of a file a diff shows. */
interface Changed {
  /** Functions with a line that is added or taken out. */
  readonly functions: Set<string>;
  /** Of each line that is shown, by its number afterwards: the function that it is in; null: not known. */
  readonly lines: Map<number, string | null>;
}

/**
 * Which frames of `report` (one with source lines) are where `diff` (a unified one, as git prints it) changes
 * something, and the other way round. A frame is touched where its function has a line that changes, or where its line is
 * shown and of no function that the diff tells: the report's lines may be those of a later commit, so that a line alone tells little.
 * Anything may be in either; time is linear, and no more than 5,000 and 20,000 lines are looked at.
 */
export function overlapOf(report: string, diff: string): Overlap {
  const diffTexts = clipped(diff, mostDiff);
  const parsed = parseDiff(diffTexts.lines);
  const met = new Map<string, { functions: Set<string>; lines: Set<number> }>();
  const reportLines = clipped(report, mostReport).lines.map((text): ReportLine => {
    const frame = frameOf(text);
    const file = frame === null ? null : fileIn(parsed.changed, frame.file);
    const changed = file === null ? undefined : parsed.changed.get(file);
    if (frame === null || file === null || changed === undefined) {
      return { text, frame, inFile: false, touched: false };
    }
    const touched = isTouched(changed, frame);
    if (touched) {
      const here = met.get(file) ?? { functions: new Set(), lines: new Set() };
      met.set(file, here);
      here.functions.add(ownName(frame));
      here.lines.add(frame.line);
    }
    return { text, frame, inFile: true, touched };
  });
  const isMet = ({ file, newLine, within, kind }: ParsedLine): boolean => {
    const here = file === null || kind === "file" || kind === "@" ? undefined : met.get(file);
    if (here === undefined) return false;
    return within !== null
      ? here.functions.has(within)
      : newLine !== null && here.lines.has(newLine);
  };
  const hunks = new Set(parsed.lines.filter(isMet).map(({ hunk }) => hunk));
  return {
    report: reportLines,
    diff: parsed.lines.map((line) => {
      const { text, file, newLine, kind, hunk } = line;
      return { text, file, newLine, kind, onStack: kind === "@" ? hunks.has(hunk) : isMet(line) };
    }),
    cut: diffTexts.cut,
  };
}

function clipped(text: string, most: number): { lines: string[]; cut: boolean } {
  const all = text.split("\n", most + 1);
  const whole = all.length > most ? all.slice(0, most) : all;
  const lines = plainLines(whole.map((line) => line.slice(0, longest)).join("\n"));
  return { lines, cut: all.length > most };
}

function frameOf(text: string): Frame | null {
  const found = frameIn(text);
  return found && { function: found.function, file: found.file, line: found.line };
}

/** The file of the diff that a frame names: programs are built under paths of their own. */
function fileIn(files: ReadonlyMap<string, unknown>, path: string): string | null {
  if (files.has(path)) return path;
  for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) {
    const below = path.slice(at + 1);
    if (files.has(below)) return below;
  }
  return null;
}

function isTouched({ functions, lines }: Changed, frame: Frame): boolean {
  return functions.has(ownName(frame)) || lines.get(frame.line) === null;
}

/** Compilers name parts of a function with an ending: `pond_drain.isra.0`. */
function ownName(frame: Frame): string {
  return frame.function.split(".")[0] ?? "";
}

/** `hunk`: its number; `within`: the function that the line is in, as far as the diff tells. */
type ParsedLine = Omit<DiffLine, "onStack"> & {
  readonly hunk: number;
  readonly within: string | null;
};

function parseDiff(texts: readonly string[]) {
  const lines: ParsedLine[] = [];
  const changed = new Map<string, Changed>();
  let file: string | null = null;
  let [hunk, removed, added, at] = [0, 0, 0, 0];
  let within: string | null = null;
  /** The beginning of a file's head, which is known by name only at its end. */
  let head = 0;
  const name = (path: string | null) => {
    if (path === null) return;
    file = path;
    if (!changed.has(path)) changed.set(path, { functions: new Set(), lines: new Map() });
    for (let n = head; n < lines.length; n++) lines[n] = { ...(lines[n] as ParsedLine), file };
  };
  for (const text of texts) {
    const kind = kindOf(text, removed, added);
    const here = file === null ? undefined : changed.get(file);
    if (kind !== null && here !== undefined) {
      within = functionAt(text.slice(1)) ?? within;
      lines.push({ text, file, newLine: kind === "-" ? null : at, kind, hunk, within });
      if (kind !== " " && within !== null) here.functions.add(within);
      if (kind !== "+") removed--;
      if (kind !== "-") {
        here.lines.set(at, within);
        added--;
        at++;
      }
      if (/^[ +-]\}/.test(text)) within = null;
      continue;
    }
    const found = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@(.*)/.exec(text);
    if (found !== null && here !== undefined) {
      removed = Number(found[2] ?? 1);
      added = Number(found[4] ?? 1);
      at = Number(found[3]);
      within = functionAt((found[5] ?? "").trimStart());
      hunk++;
      lines.push({ text, file, newLine: null, kind: "@", hunk, within: null });
      continue;
    }
    // `\ No newline at end of file` is about the line above.
    const isRemark = text.startsWith("\\") && hunk > 0 && lines.at(-1)?.hunk === hunk;
    if (isRemark) {
      lines.push({ text, file, newLine: null, kind: " ", hunk, within: null });
      continue;
    }
    [removed, added] = [0, 0];
    if (text.startsWith("diff --git ")) {
      head = lines.length;
      file = null;
    }
    lines.push({ text, file, newLine: null, kind: "file", hunk: 0, within: null });
    if (text.startsWith("--- ") || text.startsWith("+++ ")) name(pathOf(text));
  }
  return { lines, changed };
}

/** What a line is that belongs to a hunk of which so many lines are left; null: none of it. */
function kindOf(text: string, removed: number, added: number): "+" | "-" | " " | null {
  const sign = text[0] ?? " ";
  if (sign === "-") return removed > 0 ? "-" : null;
  if (sign === "+") return added > 0 ? "+" : null;
  return sign === " " && removed > 0 && added > 0 ? " " : null;
}

/** The path of a header; null where there is no file. */
function pathOf(header: string): string | null {
  const path = header
    .slice(4)
    .replace(/\t.*$/, "")
    .replace(/^"(.*)"$/, "$1");
  return path === "/dev/null" || path.length < 3 ? null : path.slice(2);
}

/** The function whose head is a line of C: a name before a bracket, in a line that is not indented. */
function functionAt(line: string): string | null {
  if (!/^[A-Za-z_]/.test(line)) return null;
  const bracket = line.indexOf("(");
  if (bracket < 1 || bracket > 300) return null;
  return /([A-Za-z_]\w{0,200})\s{0,8}$/.exec(line.slice(0, bracket))?.[1] ?? null;
}
