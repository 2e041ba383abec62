import { expect, test } from "vitest";
import type { BisectionEvent, EventBody } from "../../src/event/index.ts";
import { Progress } from "../../src/report/progress.ts";
import { showText } from "../../src/report/text.ts";

const kernel = "7f25f0412c9e";
const commit = kernel.padEnd(40, "0");

const bodies: readonly EventBody[] = [
  {
    ...{ kind: "kernel-planned", kernel, commit, patches: [], config: "0".repeat(64) },
    ...{ arch: "um", purpose: "search" },
  },
  {
    ...{ kind: "compiler-changed", kernel, release: "v5.3", to: "clang-14" },
    passedOver: [
      { compiler: "gcc", release: "v5.3", why: "a.c:1:1: internal compiler error: \u001b[1mno" },
    ],
  },
  {
    ...{ kind: "config-changed", kernel },
    changes: [
      { option: "CONFIG_UBSAN", from: "y", to: "n", why: "it broke builds" },
      { option: "CONFIG_FRAME_POINTER", from: null, to: "y", why: "ORC is off" },
    ],
  },
  {
    ...{ kind: "build-failed", kernel, stage: "config", compiler: null, seconds: 3 },
    excerpt: ["CONFIG_KASAN is gone here: the crash cannot be seen without it (KASAN finds it)"],
    gone: ["CONFIG_KASAN"],
  },
];

const events = bodies.map(
  (body, seq): BisectionEvent => ({ ...body, version: 1, seq, at: "2026-11-23T05:00:00Z" }),
);

test("another compiler, other options, and a kernel that would not tell are said aloud", () => {
  const progress = new Progress();
  expect(events.flatMap((event) => progress.linesOf(event)).join("\n")).toBe(
    `warning: gcc does not build kernels of v5.3: a.c:1:1: internal compiler error: [1mno
warning: they are built by clang-14; clean runs of them are doubtful until it shows the bug
config of 7f25f0412c9e: CONFIG_UBSAN=n in place of y: it broke builds
config of 7f25f0412c9e: CONFIG_FRAME_POINTER=y: ORC is off
warning: 7f25f0412c9e is not run: CONFIG_KASAN is gone here: the crash cannot be seen without it (KASAN finds it)`,
  );
});

test("a shown bisection has the kernels that are not like the others", () => {
  const text = showText(events, { log: null, running: false, suspicion: null });
  expect(text.slice(text.indexOf("kernels\n"))).toBe(`kernels
  warning: gcc does not build kernels of v5.3: a.c:1:1: internal compiler error: [1mno
  warning: they are built by clang-14; clean runs of them are doubtful until it shows the bug
  7f25f0412c9e was not run: it lacks CONFIG_KASAN, without which the crash cannot be seen
`);
});
