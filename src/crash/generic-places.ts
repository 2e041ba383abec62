/** Places in the kernel's sources that are on many unrelated stacks, each with why it is never to blame. */
const places: readonly (readonly [pattern: string, reason: string])[] = [
  ["[^ ]*\\.h", "inlined into whoever includes it"],
  ["include/.*", "inlined into whoever includes it"],
  ["lib/.*", "the kernel's toolbox: its caller gave it what is wrong"],
  ["arch/[^/]*/lib/.*", "the toolbox in assembly: copies, checksums, strings"],
  ["rust/.*", "Rust's toolbox and bindings: their caller is to blame"],
  ["mm/kasan/.*", "reports what others did"],
  ["mm/kmsan/.*", "reports what others did"],
  ["mm/kfence/.*", "reports what others did"],
  ["kernel/kcsan/.*", "reports what others did"],
  ["kernel/kcov\\.c", "coverage callbacks between any two statements"],
  [
    "mm/(?:slab|slub|slob|slab_common|kmemleak|failslab)\\.c",
    "the slab allocator hands out and takes back for everyone",
  ],
  ["mm/(?:page_alloc|vmalloc|mempool|percpu|percpu-.*|util)\\.c", "allocators of pages and areas"],
  [
    "mm/(?:memory|filemap|truncate|maccess|debug)\\.c",
    "faults and the pages of other people's files",
  ],
  ["kernel/locking/.*", "locks: who takes them is to blame"],
  ["kernel/rcu/.*", "waits for readers and reports stalls of others"],
  ["kernel/sched/.*", "every task that waits or is switched is in it"],
  ["kernel/(?:workqueue|kthread|softirq|task_work|irq_work)\\.c", "calls what others queued"],
  ["kernel/irq/.*", "calls the handlers of others"],
  ["kernel/time/.*", "timers: what they call is to blame"],
  [
    "kernel/(?:panic|hung_task|watchdog.*|stacktrace|extable|kallsyms)\\.c",
    "ends, reports and looks up",
  ],
  ["kernel/printk/.*", "prints for everyone"],
  ["kernel/trace/trace_(?:preemptirq|irqsoff)\\.c", "watches where interrupts are switched"],
  ["kernel/entry/.*", "entry from user space and interrupts"],
  ["kernel/context_tracking\\.c", "entry from user space and interrupts"],
  ["arch/[^/]*/entry/.*", "entry from user space and interrupts"],
  ["arch/[^/]*/kernel/entry.*", "entry from user space and interrupts"],
  [
    "arch/[^/]*/kernel/(?:traps|trap_.*|unwind.*|stacktrace|dumpstack_64|dumpstack_32|debug-monitors|process|process_64|process_32|irq|irq_.*|smp|syscall|syscall_.*|sys_.*|setup|interrupt|exceptions|exceptions-.*|signal|cpu_errata|asm-offsets)\\.[cS]",
    "traps, unwinding and interrupts",
  ],
  [
    "arch/[^/]*/kernel/(?:apic|nmi|idt|irqinit|vmlinux|head_64|head)(?:/.*|\\.[cS].*)",
    "interrupt controllers and what runs before anything",
  ],
  [
    "arch/[^/]*/mm/(?:fault|physaddr|extable|proc|cache|kasan_init|pgtable|mmu|init|init_64|tlb)(?:_.*)?\\.[cS]",
    "page faults and address checks on behalf of others",
  ],
  [
    "arch/um/(?:kernel/(?:trap|sysrq|process|um_arch|stacktrace|time|irq|skas/.*)\\.c|os-Linux/.*)",
    "traps and the host side of User Mode Linux",
  ],
  ["arch/x86/um/.*", "registers and faults of User Mode Linux"],
  ["net/core/(?:dev|sock|skbuff)\\.c", "every protocol's packets and sockets go through it"],
  ["fs/proc/generic\\.c", "entries of others under /proc"],
  ["drivers/usb/core/urb\\.c", "transfers of all USB drivers go through it"],
];

const generic = new RegExp(`^(?:${places.map(([pattern]) => pattern).join("|")})$`);

/** Whether the source file at `path`, below the kernel's tree, says nothing about whose a bug is. */
export function isGenericPlace(path: string): boolean {
  return generic.test(path);
}
