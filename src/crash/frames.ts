/**
 * How kernels print one stack frame. Function names begin with a letter or an underscore; what a compiler
 * appends after a dot (`.part.0`, `.cold`) is no part of the name. Functions that a symbolizer found
 * inlined (`func file.c:3 [inline]`) are no frames: titles are made of what the kernel printed. Every
 * pattern is anchored, and every repetition is bounded over a class that the next character is not in.
 */
const offset = "[+-]0x[0-9a-fA-F]{1,8}/0x[0-9a-fA-F]{1,8}";
const name = "([a-zA-Z_][a-zA-Z0-9_]{0,510})(?:[.][a-zA-Z0-9_.]{1,80})?";
const address = "\\(?[[(]?<[^>\\]]{1,24}>[\\])]?\\]? *";

const frame = new RegExp(
  // `[<addr>] func+0x1/0x2`, ` func+0x1/0x2 file.c:3`, `<IRQ>  func+0x1/0x2`, `#0 [<addr>] …`,
  // PowerPC: `[c0000000f00] [c000000000f] func+0x1/0x2`
  `^ *(?:<[A-Z/]{3,5}> *)?(?:${address}|\\[[0-9a-f]{8,16}\\] *){0,2}${name}${offset}`,
);
const armFrames: readonly RegExp[] = [
  // `[<addr>] (func) from [<addr>] (caller+0x1/0x2)`, `(func) from …`
  new RegExp(
    `^ *(?:${address})?\\(${name}(?:${offset})?\\) from (?:${address})?\\(?${name}(?:${offset})?`,
  ),
  // ` func from caller+0x1/0x2`
  new RegExp(`^ *${name} from (?:${address})?\\(?${name}${offset}`),
];

/** An address found on the stack that need not be a return address. */
const unreliable =
  /^ *(?:<[A-Z/]{3,5}> *)?(?:[[(]*<[^>\]]{1,24}>[\])]* *){0,2}\? [a-zA-Z_0]|\(unreliable\)$/;

/**
 * The functions of the stack frame that `text` is: one, or on Arm two, the callee first; none where it is
 * no frame or an unreliable one.
 */
export function framesOf(text: string): readonly string[] {
  if (text.includes("+0x") || text.includes("-0x")) {
    if (isUnreliable(text)) return none;
    const found = frame.exec(text);
    if (found !== null) return [found[1] as string];
  }
  if (!text.includes(" from ")) return none;
  for (const form of armFrames) {
    const found = form.exec(text);
    if (found !== null) return [found[1] as string, found[2] as string];
  }
  return none;
}

const none: readonly string[] = [];

/** True for `? func+…` of x86 and `(unreliable)` of PowerPC: addresses that happened to lie on the stack. */
export function isUnreliable(text: string): boolean {
  if (!text.includes("? ") && !text.endsWith("(unreliable)")) return false;
  return unreliable.test(text) && !text.includes("<EOI>");
}

/** What announces the frames of the task that is complained about. */
const heading =
  /Call [Tt]race|Backtrace:|\(unwind_backtrace|^ *backtrace(?: \(crc [0-9a-f]{1,8}\))?:/;

/** What announces frames: of the task, of who allocated and who freed. */
const starts: readonly RegExp[] = [
  /Call [Tt]race/,
  /Allocated:/,
  /Allocated by task \d/,
  /Freed:/,
  /Freed by task \d/,
  /[^k] backtrace(?: \(crc [0-9a-f]{1,8}\))?:/,
  /Backtrace:/,
  /Uninit was stored to memory at/,
];
const anyStart = new RegExp(starts.map(({ source }) => source).join("|"));

/** What announces frames of something else: who allocated, who freed, whose locks. */
const otherHeading =
  /^ *(?:(?:Allocated|Freed|Uninit was) |Uninit was|Last (?:potentially )?(?:related|call)|(?:first|second to) |INFO: (?:Freed|Allocated)|Showing |Local variable|Memory state|-> #\d|other info|hardirqs last|softirqs last|kfence-#\d|The buggy address|Last Breaking-Event|Kernel Offset)/;

/** Fault injection and the stack depot print stacks of their own into the middle of reports. */
const intruder =
  /^slab index \d{1,9} out of bounds|^ *(?:\[<?(?:0x)?[0-9a-f]{1,16}>?\] *)?should_fail(?:slab)?(?:\.[a-z0-9.]{1,20})?\+0x/;

/** True where `text` announces the stack trace that the crash is about. */
export function isTraceHeading(text: string): boolean {
  return heading.test(text);
}

/** True where `text` announces frames of any kind. */
export function startsStack(text: string): boolean {
  return anyStart.test(text);
}

/** The kinds of headings of which each must have frames below it. */
export const stackStarts: readonly RegExp[] = starts;

/** True where `text` ends a stack trace by announcing something else. */
export function endsTrace(text: string): boolean {
  return otherHeading.test(text);
}

/** True where `text` is a frame of another report, printed in between. */
export function isIntruder(text: string): boolean {
  return (text.includes("should_fail") || text.startsWith("slab index")) && intruder.test(text);
}
