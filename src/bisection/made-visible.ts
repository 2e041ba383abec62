import type { EventOf } from "../event/index.ts";
import type { ChangedLine } from "../history/changed-lines.ts";

type Detector = EventOf<"culprit-examined">["detectors"][number];

/** The crash that a commit is blamed for. */
export interface Blamed {
  readonly title: string;
  /** With source lines where they are known; "" where there is none. */
  readonly report: string;
  /** The file that it points at, and those on its stack. */
  readonly files: readonly string[];
  /** Whether the commit is blamed for the crash, or praised for its end: then what it takes out is looked at. */
  readonly find: "cause" | "fix";
}

/** Most lines that are named, and characters of one. */
const mostNamed = 16;
const longest = 200;

/**
 * Lines of a commit that make bugs visible rather than bring them, and could have made this one so: the check
 * that reports it, what turns on the sanitizer that does, a default that switches a feature on, or that makes a
 * warning fatal; of a fix, those that it takes out or turns off. Each is a guess that only says where to look further.
 */
export function detectorsIn(lines: readonly ChangedLine[], blamed: Blamed): readonly Detector[] {
  const places = placesOf(blamed.report);
  const isElsewhere = !lines.some(({ path }) => blamed.files.includes(path));
  const found: Detector[] = [];
  for (const given of lines) {
    const line = blamed.find === "cause" ? given : turned(given);
    const what =
      (isReporter(line, places, blamed) ? "check" : null) ??
      (isInstrumentation(line, blamed.title) ? "instrumentation" : null) ??
      (isFatal(line) ? "fatal" : null) ??
      (isElsewhere && isSwitch(line) ? "option" : null);
    if (what === null) continue;
    found.push({ what, path: line.path, text: line.text.trim().slice(0, longest) });
    if (found.length === mostNamed) break;
  }
  return found;
}

/** The line as the reverted commit would have it. */
function turned(line: ChangedLine): ChangedLine {
  return { ...line, sign: line.sign === "+" ? "-" : "+" };
}

/** What checks are written with, in the kernel and in programs. */
const checks =
  /\b(?:WARN\w*|BUG\w*|VM_(?:BUG|WARN)\w*|\w*_(?:WARN|BUG)_ON\w*|lockdep_assert\w*|panic|assert\w*|abort|might_sleep\w*|__might_\w+|fortify_panic|kasan_\w+|kmsan_\w+|refcount_\w+)\s*\(/;
/** How many lines a check may take: the compiler names its last one, or its first. */
const tall = 4;

/** Where the lines of a report that say what is wrong say that it was found. */
function placesOf(report: string): readonly { readonly path: string; readonly line: number }[] {
  const said = report
    .split("\n", 60)
    .filter((text) => /WARNING|BUG|[Aa]ssert|panic|UBSAN/.test(text.slice(0, 400)));
  return said.flatMap((text) =>
    Array.from(text.slice(0, 400).matchAll(/([\w][\w/.+-]{0,200}\.\w{1,4}):(\d{1,7})/g), (at) => ({
      path: at[1] ?? "",
      line: Number(at[2]),
    })),
  );
}

function isReporter(
  { path, sign, line, text }: ChangedLine,
  places: ReturnType<typeof placesOf>,
  { title }: Blamed,
): boolean {
  if (sign !== "+" || !checks.test(text)) return false;
  if (/refcount/.test(title) && /\brefcount_\w+\s*\(/.test(text)) return true;
  if (/sleeping function|invalid wait context/.test(title) && /\b(?:__)?might_/.test(text)) {
    return true;
  }
  return places.some((at) => at.path.endsWith(path) && Math.abs(at.line - line) <= tall);
}

/** What sanitizers and checkers are called in titles, and what turns them on. */
const instruments: readonly (readonly [title: RegExp, option: RegExp])[] = [
  [/^KASAN|AddressSanitizer/, /\bKASAN|fsanitize=(?:kernel-)?address/],
  [/^KMSAN|MemorySanitizer/, /\bKMSAN|fsanitize=(?:kernel-)?memory/],
  [/^KCSAN|ThreadSanitizer/, /\bKCSAN|fsanitize=thread/],
  [/^UBSAN|runtime error/, /\bUBSAN|fsanitize=(?:undefined|bounds|shift|array-bounds|bool|enum)/],
  [/deadlock|lock state|locking|lockdep|held lock/, /\b(?:PROVE_LOCKING|LOCKDEP|DEBUG_LOCK)/],
  [/RCU usage/, /\bPROVE_RCU/],
  [/[Mm]emory leak|leak/, /\bDEBUG_KMEMLEAK|fsanitize=leak/],
  [/stall|hung|lockup/, /\b(?:DETECT_HUNG_TASK|SOFTLOCKUP|HARDLOCKUP|RCU_CPU_STALL)/],
];

/** Makefiles, Kconfig files and configurations say what is instrumented; so do attributes of functions. */
function isInstrumentation({ path, sign, text }: ChangedLine, title: string): boolean {
  const known = instruments.find(([of]) => of.test(title));
  if (known === undefined || !known[1].test(text)) return false;
  const isOff = /_SANITIZE[\w.-]*\s*:?=\s*n\b|# CONFIG_\w+ is not set|=n\b|default n\b/.test(text);
  return isBuildFile(path) && (sign === "-") === isOff;
}

function isFatal({ sign, text }: ChangedLine): boolean {
  if (sign !== "+") return false;
  return /\bpanic_on_(?:warn|oops|taint)\b.*=\s*(?:1|true|IS_ENABLED)|\bPANIC_ON_\w+=y/.test(text);
}

/** Switches on what was there: a default, another option that selects it, a line that has it compiled. */
function isSwitch({ path, sign, text }: ChangedLine): boolean {
  if (sign !== "+" || !isBuildFile(path)) return false;
  // What another sanitizer finds is another crash.
  if (instruments.some(([, option]) => option.test(text))) return false;
  return /^\s*(?:default\s+(?:y|m|[A-Z])|def_bool\s+y|select\s+\w|CONFIG_\w+=[ym]\b)|^\s*obj-[y$]/.test(
    text,
  );
}

function isBuildFile(path: string): boolean {
  return /(?:^|\/)(?:Kconfig[\w.-]*|Makefile[\w.-]*|Kbuild|[\w.-]*defconfig|CMakeLists\.txt|meson\.build)$|\.config$|configs?\//.test(
    path,
  );
}
