import { isWaiting } from "../generic.ts";
import { counterThenTrace, type Family, type FrameRule, type Shape, traceOnly } from "./family.ts";

/** kernel/hung_task.c: the function that went to sleep, below everything that only sleeps for it. */
const sleeper: FrameRule = { places: traceOnly, skip: isWaiting };

export const hungTask: readonly Shape[] = [
  {
    headline: /^INFO: task .*can't die for more than/,
    title: () => "INFO: task can't die",
    frame: sleeper,
    end: "trace",
  },
  {
    // The task's name may hold anything, a line end too, so the rest of the line is not asked for.
    headline: /^INFO: task /,
    title: () => "INFO: task hung",
    frame: sleeper,
    end: "trace",
  },
];

/** kernel/rcu/tree_stall.h: what the CPU was doing, below the interrupt that found the stall. */
const interrupted: FrameRule = { places: [{ kind: "counter" }], pick: "interrupted" };

export const rcuStall: readonly Shape[] = [
  {
    headline: /^INFO: rcu[_a-z]* (?:self-)?detected(?: expedited)? stalls?/,
    title: () => "INFO: rcu detected stall",
    frame: interrupted,
  },
];

/** kernel/watchdog.c. */
export const softLockup: Family = {
  word: "BUG: soft lockup",
  shapes: [
    {
      headline: /^BUG: soft lockup/,
      title: () => "BUG: soft lockup",
      frame: { places: counterThenTrace, pick: "loop" },
    },
  ],
};
