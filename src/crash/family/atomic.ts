import { type Shape, traceOnly } from "./family.ts";

/** kernel/sched/core.c: things done where sleeping is forbidden. */
export const atomic: readonly Shape[] = [
  {
    headline: /^BUG: sleeping function called from invalid context/,
    end: "trace",
    title: () => "BUG: sleeping function called from invalid context",
    frame: { places: traceOnly },
  },
  {
    headline: /^BUG: scheduling while atomic/,
    end: "trace",
    title: () => "BUG: scheduling while atomic",
    frame: {
      places: traceOnly,
      skip: (name) => /^(?:__)?schedule|_switch|hrtimer|nanosleep/.test(name),
    },
  },
  {
    headline: /^BUG: using ([a-z_]+)\(\) in preemptible/,
    end: "trace",
    title: ([, api]) => `BUG: using ${api}() in preemptible code`,
    frame: { places: traceOnly, skip: (name) => /preempt|processor_id/.test(name) },
  },
];
