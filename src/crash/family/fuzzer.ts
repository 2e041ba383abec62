import type { Family } from "./family.ts";

const printed = "syzkaller, beside the kernel";

/** What the fuzzer's own programs print when they fail. */
export const fuzzer: readonly Family[] = [
  {
    word: "SYZFAIL:",
    types: { SYZFAIL: "SYZ_FAILURE" },
    messages: [{ says: /^(SYZFAIL: .*)/, printed, title: "{1}", stackless: true }],
  },
  {
    word: "SYZFATAL:",
    types: { SYZFATAL: "SYZ_FAILURE" },
    messages: [
      { says: /^(SYZFATAL: .*)/, printed, title: "{1}", alt: ["SYZFATAL"], stackless: true },
    ],
  },
  {
    // Go: `panic: …`, a goroutine's stack below.
    word: "panic:",
    harmless:
      /(?:Kernel|kernel) panic|panic:(?! )|ddb\.onpanic:|evtlog_status:|xlog_status:|_panic:/,
    types: { "panic: ": "DoS" },
    messages: [{ says: /^(panic: .*)/, printed, title: "{1}", stackless: true }],
  },
  {
    word: "fatal error: ",
    types: { "go runtime error": "DoS" },
    harmless:
      /ALSA|fatal error: (?:cannot create timer|.{0,200}(?:No such file|compilation terminated))/,
    messages: [{ says: /^fatal error: /, printed, title: "go runtime error", stackless: true }],
  },
];
