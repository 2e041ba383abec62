/** Of a report so much is looked at, and so many lines are shown. */
const mostCharacters = 64 * 1024;
const mostLines = 60;

/** Frames that are shown of a call trace, and of the stacks that tell of an object's life. */
const mostFrames = 14;
const mostFramesOfObject = 8;

/** Where a crash begins; what is printed before it in the same breath is not part of it. */
const headline =
  /^(?:BUG: |WARNING: |INFO: |UBSAN: |KASAN: |KCSAN: |KMSAN: |ODEBUG: |Oops|general protection fault|kernel BUG at|Unable to handle|Internal error|divide error|stack segment|unregister_netdevice|watchdog: |Kernel panic|=+\d+=+ERROR: |SUMMARY: |panic: |fatal error: )/;
const beginning = /^-+\[ cut here \]-+$/;

/** What comes after the part that people read: memory around an object, the page that it lies in. */
const rest =
  /^(?:Memory state around|The buggy address belongs to the physical page|page_owner tracks|Kernel Offset:|---\[ end )/;

/** Rulers, registers, machine code, marks of the unwinder, lists of modules, lines of user space. */
const left =
  /^(?:[=-]{10,}|-+\[ cut here \]-+| *<\/?(?:TASK|IRQ|SOFTIRQ|NMI)>|(?:RSP|RAX|RDX|RBP|RSI|RDI|R\d\d|EAX|EBX|ECX|ESI|EDI|EBP|ESP|FS|GS|CS|DS|ES|CR\d|DR\d|PKRU|Code|Modules linked in): ?.*|RIP: 0033:.*|Hardware name: .*|x\d{1,2} *: .*|pc : .*|lr : .*|sp : .*|Stack:| *[0-9a-f]{8,16}(?: +[0-9a-f]{8,16}){2,} *|Kernel panic - not syncing: .*|Rebooting in .*)$/;

/** A frame: ` do_exit+0x1/0x2 kernel/exit.c:3`, or a place in an inlined function below the file's name. */
const frame = /^ +(?:\[<[^>]{1,40}>\] )?([A-Za-z_][\w.]{0,255})(?:\+0x| )/;

/** Frames of whatever found the crash, not of the crash. */
const ofSanitizers =
  /^(?:_*dump_stack(?:_lvl)?|show_stack|print_(?:report|address_description|.*_bug)|end_report|_*k[am]san_.*|k[ac]san_\w+|__asan_\w+|__tsan_\w+|__msan_\w+|_*kasan_\w+|poison_\w+|unpoison_\w+|check_region_inline|instrument_\w+)(?:\.|$)/;

/** Where the stacks of an object begin, and what they go through before they come to who had it allocated or freed. */
const objectStack = /^(?:Allocated|Freed|Last potentially|Second to last)/;
const ofAllocators =
  / (?:mm\/(?:slub|slab|slab_common|slob|kasan\/[a-z_]+)\.[ch]|(?:arch\/[a-z0-9_]+\/)?kernel\/stacktrace\.c|include\/linux\/slab\.h):\d+/;
const allocator =
  /^(?:_*save_stack_trace|stack_trace_save|_*slab_\w+|_*kmem_cache_(?:free|alloc)\w*)(?:\.|$)/;

/**
 * The lines of a crash's report that somebody reads who looks for its reason: what happened, to whom, and the
 * stacks, without registers, without frames of what found it, and without what fills pages.
 */
export function crashExcerpt(report: string): string[] {
  const lines = report
    .slice(0, mostCharacters)
    .split("\n")
    .map((line) => printable(line).trimEnd());
  const kept: string[] = [];
  let frames = 0;
  let ofObject = false;
  for (const line of lines.slice(beginningOf(lines))) {
    if (rest.test(line)) break;
    if (left.test(line)) continue;
    const name = frame.exec(line)?.[1];
    if (name === undefined) {
      frames = 0;
      ofObject = objectStack.test(line);
    } else {
      if (ofSanitizers.test(name)) continue;
      if (ofObject && (ofAllocators.test(line) || allocator.test(name))) continue;
      frames++;
      const most = ofObject ? mostFramesOfObject : mostFrames;
      if (frames === most + 1) kept.push(" [...]");
      if (frames > most) continue;
    }
    if (line === "" && (kept.at(-1) ?? "") === "") continue;
    kept.push(line);
    if (kept.length >= mostLines) return [...kept, "[...]"];
  }
  while (kept.at(-1) === "") kept.pop();
  return kept;
}

function beginningOf(lines: readonly string[]): number {
  const first = lines.findIndex((line) => headline.test(line));
  if (first < 0) return 0;
  const cut = lines.slice(Math.max(0, first - 6), first).findLastIndex((l) => beginning.test(l));
  return cut < 0 ? first : Math.max(0, first - 6) + cut;
}

/** Without control characters, and cut where a line is longer than any reader's window. */
function printable(line: string): string {
  return line
    .slice(0, 400)
    .replaceAll("\t", "        ")
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, "");
}
