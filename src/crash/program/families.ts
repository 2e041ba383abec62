import { assertion, heapCheck, terminate } from "./abort.ts";
import type { ProgramFamily } from "./family.ts";
import { goPanic, goRace } from "./go.ts";
import { javaException, javaFatal } from "./java.ts";
import { rustPanic } from "./rust.ts";
import { errors, failures, threads } from "./sanitizers.ts";
import { undefinedBehaviour } from "./undefined.ts";

/** All families; the first whose headline a line is decides. */
export const programFamilies: readonly ProgramFamily[] = [
  errors,
  threads,
  failures,
  undefinedBehaviour,
  goPanic,
  goRace,
  rustPanic,
  javaException,
  javaFatal,
  assertion,
  terminate,
  heapCheck,
];
