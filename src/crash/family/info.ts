import type { Family } from "./family.ts";
import { hungTask, rcuStall } from "./hang.ts";
import { lockdepInfo } from "./lockdep.ts";

/** `INFO:` lines: lockdep of old kernels, hung tasks, RCU stalls. */
export const info: Family = {
  word: "INFO:",
  harmless:
    /INFO: (?:lockdep is turned off|NMI handler|Stall ended|recovery required|lkdtm:|.{0,40}took too long|(?:Starting|Setting|Trying|rcu: )|[a-z]{1,20} size|sys_\w{1,40} is not present|no syscalls can|task .{0,80} is blocked on an? .{1,20} (?:likely|but))|INFO:[a-zA-Z_]|KERN\.INFO|INFO: +\d{4}-/,
  messages: [
    ...lockdepInfo,
    ...rcuStall,
    ...hungTask,
    { says: /^INFO: *$/, printed: "everywhere", title: "INFO: corrupted", remains: true },
    { says: /^INFO: (.*)/, printed: "everywhere, by hand", title: "INFO: {1}", remains: true },
  ],
};
