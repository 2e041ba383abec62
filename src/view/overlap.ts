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
  /** Of a hunk: whether the stack is in it; of a file: whether it is in that file. */
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

interface Hunk {
  readonly file: string;
  /** Lines of the file afterwards: the first, and just past the last. */
  from: number;
  to: number;
  /** Functions that its head and its lines name as the ones that they are in. */
  readonly functions: Set<string>;
}

/**
 * Which frames of `report` (one with source lines) are where `diff` (a unified one, as git prints it) changes
 * something, and the other way round. A frame is in a hunk where its function is one that the hunk is in, or its line
 * is among the hunk's: the report's lines may be those of a later commit, so that a line alone tells little. Anything
 * may be in either; time is linear, and no more than 5,000 and 20,000 lines are looked at.
 */
export function overlapOf(report: string, diff: string): Overlap {
  const diffTexts = clipped(diff, mostDiff);
  const parsed = parseDiff(diffTexts.lines);
  const hunks = Map.groupBy(parsed.hunks, ({ file }) => file);
  const hit = new Set<Hunk>();
  const files = new Set<string>();
  const reportLines = clipped(report, mostReport).lines.map((text): ReportLine => {
    const frame = frameOf(text);
    const file = frame === null ? null : fileIn(parsed.files, frame.file);
    if (frame === null || file === null) return { text, frame, inFile: false, touched: false };
    files.add(file);
    const touched = (hunks.get(file) ?? []).filter((hunk) => isIn(hunk, frame));
    for (const hunk of touched) hit.add(hunk);
    return { text, frame, inFile: true, touched: touched.length > 0 };
  });
  return {
    report: reportLines,
    diff: parsed.lines.map(({ hunk, ...line }) => ({
      ...line,
      onStack: hunk === null ? files.has(line.file ?? "") : hit.has(hunk),
    })),
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
function fileIn(files: ReadonlySet<string>, path: string): string | null {
  if (files.has(path)) return path;
  for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) {
    const below = path.slice(at + 1);
    if (files.has(below)) return below;
  }
  return null;
}

function isIn({ functions, from, to }: Hunk, frame: Frame): boolean {
  // Compilers name parts of a function with an ending: `pond_drain.isra.0`.
  const name = frame.function.split(".")[0] ?? "";
  return functions.has(name) || (frame.line >= from && frame.line < to);
}

type ParsedLine = Omit<DiffLine, "onStack"> & { readonly hunk: Hunk | null };

function parseDiff(texts: readonly string[]) {
  const lines: ParsedLine[] = [];
  const hunks: Hunk[] = [];
  const files = new Set<string>();
  let file: string | null = null;
  let hunk: Hunk | null = null;
  let [removed, added, at] = [0, 0, 0];
  /** The beginning of a file's head, which is known by name only at its end. */
  let head = 0;
  const name = (path: string | null) => {
    if (path === null) return;
    file = path;
    files.add(path);
    for (let n = head; n < lines.length; n++) lines[n] = { ...(lines[n] as ParsedLine), file };
  };
  for (const text of texts) {
    const sign = text[0] ?? " ";
    const isContext = sign === " " || text === "";
    if (
      hunk !== null &&
      ((removed > 0 && (sign === "-" || isContext)) ||
        (added > 0 && (sign === "+" || isContext)) ||
        sign === "\\")
    ) {
      const kind = sign === "+" || sign === "-" ? sign : " ";
      const isThere = kind !== "-" && sign !== "\\";
      lines.push({ text, file, newLine: isThere ? at : null, kind, hunk });
      if (sign === "\\") continue;
      if (kind !== "+") removed--;
      if (kind !== "-") {
        added--;
        at++;
      }
      const own = functionAt(text.slice(1));
      if (own !== null) hunk.functions.add(own);
      continue;
    }
    const found = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@(.*)/.exec(text);
    if (found !== null && file !== null) {
      removed = Number(found[2] ?? 1);
      added = Number(found[4] ?? 1);
      at = Number(found[3]);
      const functions = new Set<string>();
      const outer = functionAt((found[5] ?? "").trimStart());
      if (outer !== null) functions.add(outer);
      hunk = { file, from: at, to: at + Math.max(1, added), functions };
      hunks.push(hunk);
      lines.push({ text, file, newLine: null, kind: "@", hunk });
      continue;
    }
    if (text.startsWith("diff --git ")) {
      head = lines.length;
      file = null;
    }
    hunk = null;
    lines.push({ text, file, newLine: null, kind: "file", hunk: null });
    if (text.startsWith("--- ")) name(pathOf(text));
    if (text.startsWith("+++ ")) name(pathOf(text));
  }
  return { lines, hunks, files };
}

/** The path of a header; null where there is no file. */
function pathOf(header: string): string | null {
  const path = header
    .slice(4)
    .replace(/\t.*$/, "")
    .replace(/^"(.*)"$/, "$1");
  return path === "/dev/null" || path.length < 3 ? null : path.slice(2);
}

/** The function that begins in a line of C: a name before a bracket, in a line that is not indented. */
function functionAt(line: string): string | null {
  if (!/^[A-Za-z_]/.test(line)) return null;
  const bracket = line.indexOf("(");
  if (bracket < 1 || bracket > 300) return null;
  return /([A-Za-z_]\w{0,200})\s{0,8}$/.exec(line.slice(0, bracket))?.[1] ?? null;
}
