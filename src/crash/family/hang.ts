import type { Family, FrameRule, Message } from "./family.ts";
import { counter, counterThenTrace, frames, trace } from "./steps.ts";

/** The function that sleeps, below everything that only sleeps for it. */
const sleeper: FrameRule = { ...trace, pick: "sleeper" };
/** What a CPU was doing, below the interrupt that found it. */
const interrupted: FrameRule = { ways: [], stack: [counter, frames], pick: "interrupted" };

export const hungTask: readonly Message[] = [
  {
    says: /^INFO: task .*can't die for more than/,
    printed: "kernel/hung_task.c",
    title: "INFO: task can't die in {frame}",
    alt: ["hang in {frame}"],
    frame: sleeper,
    type: "HANG",
    end: "trace",
  },
  {
    // The task's name may hold anything, a line end too, so the rest of the line is not asked for.
    says: /^INFO: task /,
    printed: "kernel/hung_task.c",
    title: "INFO: task hung in {frame}",
    alt: ["hang in {frame}"],
    frame: sleeper,
    type: "HANG",
    end: "trace",
  },
];

export const rcuStall: readonly Message[] = [
  {
    says: /^INFO: rcu[_a-z]{0,20} (?:self-)?detected(?: expedited)? stalls?/,
    printed: "kernel/rcu/tree_stall.h, kernel/rcu/tree_exp.h, kernel/rcu/tasks.h",
    title: "INFO: rcu detected stall in {frame}",
    alt: ["stall in {frame}"],
    frame: interrupted,
    type: "HANG",
  },
];

export const softLockup: Family = {
  word: "BUG: soft lockup",
  messages: [
    {
      says: /^BUG: soft lockup/,
      printed: "kernel/watchdog.c",
      title: "BUG: soft lockup in {frame}",
      alt: ["stall in {frame}"],
      frame: { ...counterThenTrace, pick: "loop" },
      type: "HANG",
    },
  ],
};
