import { counterThenTrace, type Family, type FrameRule, type Shape } from "./family.ts";

/** What a warning is called by the file it is in: these warn about their callers. */
const files: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)lib\/refcount\.c$|include\/linux\/refcount\.h$/, "WARNING: refcount bug"],
  [/(?:^|\/)lib\/list_debug\.c$/, "BUG: corrupted list"],
  [/(?:^|\/)lib\/debugobjects\.c$/, "WARNING: ODEBUG bug"],
  [/(?:^|\/)lib\/kobject\.c$/, "WARNING: kobject bug"],
  [/(?:^|\/)kernel\/locking\/lockdep\.c$|kernel\/lockdep\.c$/, "WARNING: locking bug"],
  [/(?:^|\/)fs\/proc\/generic\.c$/, "WARNING: proc registration bug"],
];

/** What a warning is called by the function it is in. */
const functions: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:kmalloc_slab|kmalloc_slab_.*|kvmalloc_node.*|__kvmalloc_node.*|check_kmalloc.*)$/,
    "WARNING: kmalloc bug",
  ],
  [/^(?:__vmalloc_node_range.*|__vmalloc_area_node.*)$/, "WARNING: zero-size vmalloc"],
];

function nameOf(file: string | undefined, name: string | undefined): string {
  const byFile = files.find(([pattern]) => file !== undefined && pattern.test(file));
  const byName = functions.find(([pattern]) => name !== undefined && pattern.test(name));
  return byFile?.[1] ?? byName?.[1] ?? "WARNING";
}

const frame: FrameRule = { places: counterThenTrace };

/** Until 6.17: `CPU: 1 PID: 2 at FILE:LINE FUNCTION`. Later: `FILE:LINE at FUNCTION, CPU#1: NAME/2`. */
const place =
  /^WARNING: (?:CPU: \d+ PID: \d+ at ([^ :]{1,200}):\d+(?: ([a-zA-Z_][a-zA-Z0-9_]*)[^ ]*)?|([^ :]{1,200}):\d+ at (?:([a-zA-Z_][a-zA-Z0-9_]*)|0x))/;

const inUsb: Shape = {
  headline: place,
  title: ([, , name, , later]) => ((name ?? later) === "usb_submit_urb" ? "WARNING" : null),
  frame,
  suffix: "/usb_submit_urb",
};

/**
 * Lines that say WARNING and mean no defect of the kernel: advice at boot on mitigations, deprecated
 * interfaces that a program used, and what programs print themselves.
 */
const harmless =
  /WARNING: (?!CPU: |[^ ]{1,200}:\d+ at )(?:`|\/etc\/|fbcon: |Unprivileged eBPF|See https:|kernel not compiled|the mand mount|Unsupported flag value)|WARNING: .{0,60} USES (?:DEPRECATED|WIRELESS)/;

/** kernel/panic.c, __warn(). */
export const warning: Family = {
  word: "WARNING:",
  harmless,
  shapes: [
    inUsb,
    {
      headline: place,
      title: ([, file, name, laterFile, laterName]) => nameOf(file ?? laterFile, name ?? laterName),
      frame,
    },
    {
      headline:
        /^WARNING: (kernel stack (?:regs|frame pointer)) at [^ ]+ in .* has bad ('[a-z]+' )?value/,
      title: ([, what, register]) => `WARNING: ${what} has bad ${register ?? ""}value`,
      frame: null,
    },
  ],
};
