import { bug, genericBug, kernelBug, rustPanic } from "./bug.ts";
import type { Family } from "./family.ts";
import { fuzzer } from "./fuzzer.ts";
import { softLockup } from "./hang.ts";
import { info } from "./info.ts";
import { lone } from "./lone.ts";
import { guardPage, panic, protectionFault, traps, umlFault, unableToHandle } from "./oops.ts";
import { kasan, kcsan, kfence, kmsan, leak, ubsan } from "./sanitizers.ts";
import { warning } from "./warning.ts";

/**
 * All families. The first whose word a line contains decides, so a word that is part of another comes
 * after it.
 */
export const families: readonly Family[] = [
  umlFault,
  panic,
  ...traps,
  kasan,
  kfence,
  kmsan,
  kcsan,
  leak,
  softLockup,
  guardPage,
  genericBug,
  kernelBug,
  rustPanic,
  bug,
  warning,
  info,
  unableToHandle,
  protectionFault,
  ubsan,
  ...lone,
  ...fuzzer,
];
