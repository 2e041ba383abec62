import { type Family, type FrameRule, follows, named, traceOnly } from "./family.ts";

const kasanFrame: FrameRule = {
  places: [named("^.{0,40}BUG: KASAN: [a-z-]+ in "), ...traceOnly],
};
const kfenceFrame: FrameRule = {
  places: [named("^.{0,40}BUG: KFENCE: [a-z- ]+ in "), { kind: "below", line: /BUG: KFENCE:/ }],
  skip: (name) => name.startsWith("test_alloc") || name.startsWith("kmem_cache"),
};
const kmsanFrame: FrameRule = {
  places: [named("^.{0,40}BUG: KMSAN: [a-z-]+ in "), { kind: "below", line: /BUG: KMSAN:/ }],
};

/** `Read of size 8 at addr …`, `Write of size 1 by task …`; without it the report was cut. */
const access = /^ *(Read|Write) (?:of size|at addr)/;

/** mm/kasan/report*.c. KASAN says the direction on a line of its own, so both are needed. */
export const kasan: Family = {
  word: "BUG: KASAN:",
  end: "rule",
  shapes: [
    {
      // Newer kernels tell a double from an invalid free; titles do not.
      headline: /^BUG: KASAN: (?:double-free or invalid-free|double-free|invalid-free) in /,
      title: () => "KASAN: invalid-free",
      frame: kasanFrame,
    },
    {
      headline: /^BUG: KASAN: ([a-z-]+) in /,
      title: ([, what], report) => {
        const direction = follows(report, access, 40)?.[1];
        return direction === undefined ? null : `KASAN: ${what} ${direction}`;
      },
      frame: kasanFrame,
    },
    {
      // Before 4.11: the address, and no function.
      headline: /^BUG: KASAN: ([a-z-]+) on address/,
      title: ([, what], report) => {
        const direction = follows(report, access, 12)?.[1];
        return direction === undefined ? `KASAN: ${what}` : `KASAN: ${what} ${direction}`;
      },
      frame: null,
    },
    { headline: /^BUG: (KASAN: .*)/, title: ([, text]) => text ?? null, frame: null },
  ],
};

/** mm/kfence/report.c. */
export const kfence: Family = {
  word: "BUG: KFENCE:",
  end: "rule",
  shapes: [
    {
      headline: /^BUG: KFENCE: (memory corruption|invalid free|[a-z-]+ (?:read|write)) in /,
      title: ([, what]) => `KFENCE: ${what}`,
      frame: kfenceFrame,
    },
  ],
};

/** mm/kmsan/report.c. */
export const kmsan: Family = {
  word: "BUG: KMSAN:",
  end: "rule",
  shapes: [
    {
      headline: /^BUG: KMSAN: ([a-z-]+) in /,
      title: ([, what]) => `KMSAN: ${what}`,
      frame: kmsanFrame,
    },
  ],
};

/** kernel/kcsan/report.c: the headline names both sides. */
export const kcsan: Family = {
  word: "BUG: KCSAN:",
  end: "rule",
  shapes: [{ headline: /^BUG: (KCSAN: .*)/, title: ([, text]) => text ?? null, frame: null }],
};

/** lib/ubsan.c. Until 4.x `Undefined behaviour in FILE`, then a line that says which. */
export const ubsan: Family = {
  word: "UBSAN:",
  end: "rule",
  shapes: [
    {
      headline: /^UBSAN: Undefined behaviour in /,
      title: () => "UBSAN: undefined-behaviour",
      frame: { places: traceOnly },
    },
    {
      headline: /^UBSAN: ([a-z-]+) in /,
      title: ([, what]) => `UBSAN: ${what}`,
      frame: { places: traceOnly },
    },
  ],
};

/** mm/kmemleak.c, as syzkaller prints it: the allocation's stack under `backtrace:`. */
export const leak: Family = {
  word: "BUG: memory leak",
  shapes: [
    {
      headline: /^BUG: memory leak/,
      title: () => "memory leak",
      frame: {
        places: [{ kind: "trace" }],
        skip: (name) =>
          /^(?:kmemleak_.*|kmem_.*|.*alloc.*|new_.*|.*strdup.*|.*memdup.*|sock_.*create.*|sk_.*|.*_init_once|create_.*|inet_create_.*)$/.test(
            name,
          ),
      },
    },
  ],
};
