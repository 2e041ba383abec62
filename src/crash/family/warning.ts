import type { Family, Message } from "./family.ts";
import { lockdepWarning } from "./lockdep.ts";
import { counterThenFrames, skipping } from "./steps.ts";

/**
 * The place in a warning: until 6.17 `CPU: 1 PID: 2 at FILE:LINE FUNCTION`, later
 * `FILE:LINE at FUNCTION, CPU#1: NAME/2`.
 */
const placed = (file: string, name: string) =>
  new RegExp(
    `^WARNING: (?:CPU: \\d{1,5} PID: -?\\d{1,10} at ${file}:\\d{1,7} ${name}|${file}:\\d{1,7} at ${name})`,
  );
const anyFile = "[^ :]{1,200}";
const anyName = "[^ ]{0,200}";

/** Files and functions that warn about what their callers did. */
const about = (what: string, pattern: RegExp, more: Partial<Message> = {}): Message => ({
  says: pattern,
  printed: "kernel/panic.c",
  title: `WARNING: ${what} in {frame}`,
  frame: counterThenFrames,
  type: "WARNING",
  ...more,
});

/** kernel/panic.c, __warn(): what the warnings of the kernel's toolbox are called. */
const toolbox: readonly Message[] = [
  about("ODEBUG bug", placed("[^ :]{0,100}lib/debugobjects\\.c", "debug_(?:print|check)"), {
    frame: skipping(
      counterThenFrames,
      /^(?:__?rcu_.*|rcu_.*|device_release|devres_.*|task_work_run|kobject_.*)$/,
    ),
  }),
  about(
    "refcount bug",
    placed("[^ :]{0,100}(?:lib/refcount\\.c|include/linux/refcount\\.h)", anyName),
    {
      type: "REFCOUNT_WARNING",
      frame: skipping(
        counterThenFrames,
        /^(?:kobject_|kref_|klist_|cdev_put|get_device|put_device)/,
      ),
    },
  ),
  about("kobject bug", placed("[^ :]{0,100}lib/kobject\\.c", anyName)),
  about("proc registration bug", placed("[^ :]{0,100}fs/proc/generic\\.c", "proc_register")),
  about("locking bug", placed("[^ :]{0,100}kernel/(?:locking/)?lockdep\\.c", "[a-z_]{0,60}lock_"), {
    type: "LOCKDEP",
  }),
  about("bad usercopy", placed("[^ :]{0,100}mm/usercopy\\.c", anyName)),
  about(
    "kmalloc bug",
    placed("[^ :]{0,100}mm/(?:slab|util)[^ :]{0,20}", "(?:kmalloc_slab|kvmalloc|__kvmalloc)"),
  ),
  about(
    "zero-size vmalloc",
    placed("[^ :]{0,100}mm/vmalloc\\.c", "__vmalloc_(?:node_range|area_node)"),
  ),
  {
    // Drivers that hand in a bad request: the driver is named, and what it called.
    says: placed("[^ :]{0,100}drivers/usb/core/urb\\.c", "usb_submit_urb"),
    printed: "drivers/usb/core/urb.c",
    title: "WARNING in {frame}/usb_submit_urb",
    frame: counterThenFrames,
    type: "WARNING",
  },
];

/**
 * Lines that say WARNING and mean no defect of the kernel: advice at boot on mitigations, deprecated
 * interfaces that a program used, and what programs print themselves.
 */
const harmless =
  /WARNING: (?!CPU: |[^ ]{1,200}:\d+ at )(?:`|\/etc\/|Unprivileged eBPF|See https:|kernel not compiled|[Tt]he mand mount|fbcon: |Unsupported flag value)|WARNING: .{0,60} (?:USES|uses) (?:DEPRECATED|WIRELESS|deprecated|wireless|obsolete)/;

export const warning: Family = {
  word: "WARNING:",
  harmless,
  types: { WARNING: "WARNING", "WARNING: kernel stack ": "UNKNOWN" },
  messages: [
    ...lockdepWarning,
    ...toolbox,
    {
      says: placed(anyFile, "(?:[a-zA-Z_]|0x)"),
      printed: "kernel/panic.c",
      title: "WARNING in {frame}",
      frame: counterThenFrames,
    },
    {
      says: /^WARNING: (?:CPU: \d{1,5} PID: -?\d{1,10} at [^ :]{1,200}:\d{1,7}|[^ :]{1,200}:\d{1,7} at)/,
      printed: "kernel/panic.c",
      title: "WARNING in {frame}",
      frame: counterThenFrames,
    },
    {
      says: /^WARNING: (kernel stack (?:regs|frame pointer)) at [0-9a-f]{8,16} in .{0,80} has bad ('[a-z]{1,5}' )?value/,
      printed: "arch/x86/kernel/unwind_frame.c",
      title: "WARNING: {1} has bad {2}value",
      stackless: true,
    },
    {
      // With hidden addresses.
      says: /^WARNING: (kernel stack (?:regs|frame pointer)) at {1,20}\(_{0,8}ptrval_{0,8}\) in .{0,80} has bad /,
      printed: "arch/x86/kernel/unwind_frame.c",
      title: "WARNING: {1} has bad value",
      stackless: true,
    },
    {
      says: /^WARNING: (.*)/,
      printed: "everywhere, by hand",
      title: "WARNING: {1}",
      stackless: true,
    },
  ],
};
