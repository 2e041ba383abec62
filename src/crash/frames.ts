/**
 * How kernels print one stack frame, one alternative for each form. Function names begin with a
 * letter or an underscore; what GCC appends after a dot (`.part.0`, `.cold`) is no part of the name.
 * Functions that a symbolizer found inlined (`func file.c:3 [inline]`) are no frames: titles are made of
 * what the kernel printed. Everything is anchored and every repetition is over a class that the next character is not in.
 */
const offset = "[+]0x[0-9a-fA-F]{1,8}/0x[0-9a-fA-F]{1,8}";
const name = "([a-zA-Z_][a-zA-Z0-9_]{0,127})(?:[.][a-zA-Z0-9_.]{1,80})?";
const address = "[[(]*<[^>\\]]{1,24}>[\\])]* *";
const frameForms: readonly RegExp[] = [
  // `[<addr>] func+0x1/0x2`, ` func+0x1/0x2 file.c:3`, `<IRQ>  func+0x1/0x2`, `#0 [<addr>] …`
  new RegExp(`^ *(?:<[A-Z/]{3,5}> *)*(?:${address}){0,2}${name}${offset}`),
  // PowerPC: `[c0000000f00] [c000000000f] func+0x1/0x2`
  new RegExp(`^ *(?:\\[[0-9a-f]{8,16}\\] *){1,2}${name}${offset}`),
  // ARM: `[<addr>] (func) from [<addr>] (caller+0x1/0x2)`, `(func) from …`, ` func from caller+0x1/0x2`
  new RegExp(`^ *(?:${address})?\\(${name}(?:${offset})?\\) from `),
  new RegExp(`^ *${name} from [(a-zA-Z_]`),
];

/** Where the processor was, in kernel mode: `RIP: 0010:func+…`, `EIP: …`, `pc : func+…`, `PC is at func+…`. */
const counter = new RegExp(
  `^ *(?:[RE]?IP: (?:00[16]0:)?|pc : |PC is at |NIP \\[[0-9a-f]{1,16}\\] |epc : )(?:${address}){0,2}${name}${offset}`,
);
/** User Mode Linux gives its own segment, 0033, for kernel addresses, too; user code has no function. */
const umlCounter = new RegExp(`^ *RIP: 0033:${name}${offset}`);

/** An address found on the stack that need not be a return address. */
const unreliable = /^ *(?:[[(]*<[^>\]]{1,24}>[\])]* *){0,2}\? [a-zA-Z_]|\(unreliable\)$/;

/** What the processor was executing in the kernel according to `text`, or null. */
export function counterOf(text: string): string | null {
  return (counter.exec(text) ?? umlCounter.exec(text))?.[1] ?? null;
}

/** The function of the stack frame that `text` is, or null where it is none or an unreliable one. */
export function frameOf(text: string): string | null {
  if (isUnreliable(text)) return null;
  for (const form of frameForms) {
    const found = form.exec(text);
    if (found?.[1] !== undefined) return found[1];
  }
  return null;
}

/** True for `? func+…` of x86 and `(unreliable)` of PowerPC: addresses that happened to lie on the stack. */
export function isUnreliable(text: string): boolean {
  return unreliable.test(text) && !text.includes("<EOI>");
}

/** What announces the frames of the task that is complained about. */
const heading =
  /^ *(?:Call [Tt]race:|Backtrace:|stack backtrace:|\[?<?[0-9a-f]*>?\]? *\(unwind_backtrace|backtrace(?: \(crc [0-9a-f]{1,8}\))?: *$)/;
/** What announces frames of something else: who allocated, who freed, whose locks. */
const otherHeading =
  /^ *(?:(?:Allocated|Freed|Uninit was) |Uninit was|Last (?:potentially )?(?:related|call)|(?:first|second to) |INFO: (?:Freed|Allocated)|Showing |Local variable|Memory state|-> #\d|other info|hardirqs last|softirqs last|kfence-#\d|(?:Allocated|Freed) by task|The buggy address|Kernel Offset)/;

/** True where `text` announces the stack trace that the crash is about. */
export function isTraceHeading(text: string): boolean {
  return heading.test(text);
}

/** True where `text` ends a stack trace by announcing frames that say nothing about where it crashed. */
export function endsTrace(text: string): boolean {
  return otherHeading.test(text);
}
