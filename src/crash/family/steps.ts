import type { FrameRule, Step } from "./family.ts";

/** A function as frames print it, as a group: `func+0x1/0x2` or `func.part.0+0x1/0x2`. */
export const functionName = "([a-zA-Z_][a-zA-Z0-9_]{0,127})(?:[.][a-zA-Z0-9_.]{1,80})?[+]0x";
/** An address as old kernels print it before a function. */
const address = "(?:\\[?<?(?:0x)?[0-9a-f]{6,16}>?\\]? *){0,2}";

export const heading: Step = { kind: "heading" };
export const frames: Step = { kind: "frames" };

/** A line that names a place after `before`: `func+0x1/0x2`, with its address or without. */
export function named(before: string): Step {
  return { kind: "line", pattern: new RegExp(`${before}${address}${functionName}`) };
}

/** A line that is only passed by. */
export function line(pattern: RegExp): Step {
  return { kind: "line", pattern };
}

/**
 * Where the processor was, in kernel mode, as each architecture says it: `RIP: 0010:f+…` (x86; 0033 on
 * User Mode Linux), `IP: f+…`, `EIP: f+…`, `pc : f+…` (arm64), `PC is at f+…` (arm), `epc : f+…`
 * (riscv), `NIP [c000…] f+…` (powerpc), `epc : 8010… f+…` (mips), `Krnl PSW : … (f+…)` (s390),
 * `ra: 9000… f+…` (loongarch prints `pc`).
 */
export const counter = {
  kind: "line",
  pattern: new RegExp(
    `^ *(?:(?:RIP|EIP|IP): (?:00[13][03]:|006[08]:)?|EIP is at |pc : |PC is at |NIP |epc *: |Krnl PSW : [0-9a-f]{8,16} [0-9a-f]{8,16} \\()${address}${functionName}`,
  ),
} as const satisfies Step;

export const fromTrace: readonly Step[] = [heading, frames];

/** The frames of the stack that the report announces. */
export const trace: FrameRule = { ways: [fromTrace] };
/** The processor's place first, then the stack: how oopses are printed. */
export const counterThenTrace: FrameRule = { ways: [[counter, heading, frames], fromTrace] };
/** The same where the stack may go on right below the registers, as in warnings of x86 until 5.x. */
export const counterThenFrames: FrameRule = { ways: [[counter, frames], fromTrace] };

/** `rule` with more functions that say nothing. */
export function skipping(rule: FrameRule, skip: RegExp): FrameRule {
  return { ...rule, skip };
}

/** The place that a line names, then the stack. */
export function namedThenTrace(before: string): FrameRule {
  return { ways: [[named(before), heading, frames], fromTrace] };
}

/** The place that a line names, then the frames right below it, which have no heading. */
export function namedThenFrames(before: string): FrameRule {
  return { ways: [[named(before), frames], fromTrace] };
}
