import type { CrashType } from "../crash.ts";
import type { Family, Message } from "./family.ts";

const single = (word: string, message: Message, more: Partial<Family> = {}): Family => ({
  word,
  messages: [message],
  ...more,
});

/** Messages of one line, without a stack. */
const oneLine = (says: RegExp, printed: string, title: string, type?: CrashType): Message => ({
  says,
  printed,
  title,
  stackless: true,
  ...(type === undefined ? {} : { type }),
});

/** Headlines that begin with no common word. */
export const lone: readonly Family[] = [
  single(
    "VFS: Busy inodes after unmount",
    oneLine(/^VFS/, "fs/super.c", "VFS: Busy inodes after unmount (use-after-free)", "DoS"),
  ),
  single(
    "VFS: Close: file count is",
    oneLine(/^VFS/, "fs/open.c", "VFS: Close: file count is zero (use-after-free)", "DoS"),
  ),
  single(
    "unregister_netdevice: waiting for",
    oneLine(
      /^unregister_netdevice: waiting for/,
      "net/core/dev.c",
      "unregister_netdevice: waiting for DEV to become free",
    ),
    { role: "continues" },
  ),
  single(
    "Booting the kernel.",
    oneLine(/^Booting/, "arch/x86/boot/compressed/misc.c", "unexpected kernel reboot", "REBOOT"),
    // A file system may be named so, and names are printed with what is before them.
    { harmless: /(?:parameter|option|name).{0,2000}Booting the kernel\./ },
  ),
  {
    word: "trusty: panic (caller",
    types: { "trusty: ": "DoS" },
    messages: [
      {
        says: /^trusty: panic.{1,80}(ASSERT FAILED).{1,200}: (\S.*)/,
        printed: "Trusty, beside the kernel",
        title: "trusty: {1}: {2}",
        stackless: true,
      },
      {
        says: /^trusty: panic.{1,80}(ASSERT FAILED)/,
        printed: "Trusty, beside the kernel",
        title: "trusty: {1}:",
        remains: true,
      },
      {
        says: /^trusty: panic \(caller [^)]{1,40}\): (.*)/,
        printed: "Trusty, beside the kernel",
        title: "trusty: panic: {1}",
        stackless: true,
      },
    ],
  },
];
