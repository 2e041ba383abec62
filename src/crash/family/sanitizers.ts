import type { Family, FrameRule } from "./family.ts";
import {
  frames,
  heading,
  line,
  named,
  namedThenFrames,
  namedThenTrace,
  skipping,
  trace,
} from "./steps.ts";

const badAccess = ["bad-access in {frame}"] as const;
const kasanFrame = namedThenTrace("BUG: KASAN: [a-z-]{1,40}(?: in|:) ");

/** `Read of size 8 at addr …`, `Write at addr …`: KASAN says the direction on a line of its own. */
const direction = /^ *(Read|Write|read|write) (?:of size|at addr)/;

/** The kernel address sanitizer. Without its second line the report was cut. */
export const kasan: Family = {
  word: "BUG: KASAN:",
  end: "rule",
  types: {
    "KASAN: ": "KASAN-UNKNOWN",
    "KASAN: double-free": "KASAN-INVALID-FREE",
    "KASAN: invalid-free": "KASAN-INVALID-FREE",
    "KASAN: null-ptr-deref Read": "KASAN-NULL-POINTER-DEREFERENCE-READ",
    "KASAN: null-ptr-deref Write": "KASAN-NULL-POINTER-DEREFERENCE-WRITE",
  },
  messages: [
    {
      // Newer kernels tell a double from an invalid free; titles do not.
      says: /^BUG: KASAN: (?:double-free or invalid-free|double-free|invalid-free) in /,
      printed: "mm/kasan/report.c",
      title: "KASAN: invalid-free in {frame}",
      alt: ["invalid-free in {frame}"],
      frame: kasanFrame,
    },
    {
      says: /^BUG: KASAN: ([a-z-]{1,40}) in /,
      printed: "mm/kasan/report.c",
      needs: [direction],
      title: "KASAN: {1} {2} in {frame}",
      alt: badAccess,
      frame: kasanFrame,
    },
    {
      // Before 4.11: the address, and no function.
      says: /^BUG: KASAN: ([a-z-]{1,40}) on address/,
      printed: "mm/kasan/report.c",
      needs: [direction],
      title: "KASAN: {1} {2}",
    },
    {
      says: /^BUG: KASAN: (.*)/,
      printed: "mm/kasan/report.c",
      title: "KASAN: {1}",
      remains: true,
    },
  ],
};

/** Sampled guard pages: what happened is in the headline, and the stack follows without a heading. */
export const kfence: Family = {
  word: "BUG: KFENCE:",
  end: "rule",
  types: {
    "KFENCE: ": "KFENCE-UNKNOWN",
    "KFENCE: invalid free": "KFENCE-INVALID-FREE",
    "KFENCE: invalid read": "KFENCE-READ",
    "KFENCE: invalid write": "KFENCE-WRITE",
    "KFENCE: memory corruption": "KFENCE-MEMORY-CORRUPTION",
    "KFENCE: out-of-bounds read": "KFENCE-READ",
    "KFENCE: out-of-bounds write": "KFENCE-WRITE",
    "KFENCE: use-after-free read": "KFENCE-USE-AFTER-FREE-READ",
    "KFENCE: use-after-free write": "KFENCE-USE-AFTER-FREE-WRITE",
  },
  messages: [
    {
      says: /^BUG: KFENCE: memory corruption in /,
      printed: "mm/kfence/report.c",
      title: "KFENCE: memory corruption in {frame}",
      frame: namedThenFrames("BUG: KFENCE: memory corruption in "),
      stackless: true,
    },
    {
      says: /^BUG: KFENCE: invalid free in /,
      printed: "mm/kfence/report.c",
      title: "KFENCE: invalid free in {frame}",
      alt: ["invalid-free in {frame}"],
      frame: namedThenFrames("BUG: KFENCE: invalid free in "),
      stackless: true,
    },
    {
      says: /^BUG: KFENCE: ([a-z-]{1,40} (?:read|write)|use-after-free|out-of-bounds|invalid) in /,
      printed: "mm/kfence/report.c",
      title: "KFENCE: {1} in {frame}",
      alt: badAccess,
      frame: namedThenFrames("BUG: KFENCE: [a-z -]{1,40} in "),
      stackless: true,
    },
  ],
};

const kmsanFrame: FrameRule = {
  ways: [
    [named("BUG: KMSAN: [a-z-]{1,40} in "), frames],
    [heading, frames],
  ],
  skip: /^(?:alloc_skb|netlink_ack|netlink_rcv_skb|simple_copy_to_iter|_?copy_to_iter|nlmsg_.*|netlink_trim|crypto_.*|cipher_.*|skcipher_.*|shash_.*|ahash_.*|(?:xts|cbc|ctr|ecb|gcm|ccm|lrw|cts|pcbc|adiantum|hctr2)_.*crypt.*|drbg_.*|rng_setkey|jent_.*)$/,
};

/** Uninitialised memory. */
export const kmsan: Family = {
  word: "BUG: KMSAN:",
  end: "rule",
  types: {
    "KMSAN: ": "KMSAN-UNKNOWN",
    "KMSAN: kernel-infoleak": "KMSAN-INFO-LEAK",
    "KMSAN: kernel-usb-infoleak": "KMSAN-INFO-LEAK",
    "KMSAN: uninit-value": "KMSAN-UNINIT-VALUE",
    "KMSAN: use-after-free": "KMSAN-USE-AFTER-FREE-READ",
  },
  messages: [
    {
      // What a device sees comes from where it was allocated, not from where it was sent.
      says: /^BUG: KMSAN: kernel-usb-infoleak in /,
      printed: "mm/kmsan/report.c",
      title: "KMSAN: kernel-usb-infoleak in {frame}",
      alt: ["KMSAN origin in {origin}"],
      frame: skipping(namedThenFrames("BUG: KMSAN: [a-z-]{1,40} in "), /^usb_|^urb_/),
      origin: {
        ways: [[line(/^ *Uninit was (?:created|stored to memory) at/), frames]],
        skip: /alloc|skb/,
      },
      stackless: true,
    },
    {
      says: /^BUG: KMSAN: ([a-z-]{1,40}) in /,
      printed: "mm/kmsan/report.c",
      title: "KMSAN: {1} in {frame}",
      alt: badAccess,
      frame: kmsanFrame,
      stackless: true,
    },
  ],
};

/** Data races: the headline names both sides. */
export const kcsan: Family = {
  word: "BUG: KCSAN:",
  end: "rule",
  types: {
    "KCSAN: ": "KCSAN-UNKNOWN",
    "KCSAN: data-race": "KCSAN-DATARACE",
    "KCSAN: assert: race": "KCSAN-ASSERT",
  },
  messages: [
    { says: /^BUG: (KCSAN: .*)/, printed: "kernel/kcsan/report.c", title: "{1}", stackless: true },
  ],
};

/** Undefined behaviour; until 4.x `Undefined behaviour in FILE`, then a line that says which. */
export const ubsan: Family = {
  word: "UBSAN:",
  end: "rule",
  types: { "UBSAN: ": "UBSAN", "UBSAN: array-index": "MEMORY_SAFETY_UBSAN" },
  messages: [
    {
      says: /^UBSAN: Undefined behaviour in/,
      printed: "lib/ubsan.c",
      title: "UBSAN: undefined-behaviour in {frame}",
      frame: trace,
    },
    {
      says: /^UBSAN: ([a-z-]{1,40}) in /,
      printed: "lib/ubsan.c",
      title: "UBSAN: {1} in {frame}",
      frame: trace,
    },
  ],
};

/** What only passes allocated memory on to the one that loses it. */
const allocators =
  /^(?:kmemleak_.*|kmem_.*|.*alloc.*|new_slab|.*strdup.*|.*memdup.*|sock_.*create.*|sk_.*|.*_init_once|create_object|.*prealloc.*|__?d_alloc.*|dup_fd|prepare_exec_creds|copy_creds|__skb_.*|skb_.*|__dev_.*|__get_.*pages.*|__build_skb|getname.*|memcg_.*|kvasprintf.*|genl_family_.*|create_filename|.*list_lru.*|sget_(?:userns|fc)|anon_vma_.*|__anon_vma_prepare|user_path_at.*|idr_.*|pcpu_.*)$/;

/** kmemleak's records, as a program prints them that reads them: the stack of the allocation. */
export const leak: Family = {
  word: "BUG: memory leak",
  messages: [
    {
      says: /^BUG: memory leak/,
      printed: "mm/kmemleak.c",
      needs: [/^ *unreferenced object/, /^ *backtrace/],
      within: 40,
      title: "memory leak in {frame}",
      frame: { ways: [[line(/^ *backtrace/), frames]], skip: allocators },
      type: "LEAK",
    },
  ],
};
