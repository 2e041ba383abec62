import { z } from "zod";
import { commandWords, filesOfOneFolder } from "./step-words.ts";

/** The keys of a machine that a program of the user's is. */
export const commandMachineKeys = {
  type: z.literal("command"),
  /** The program and its words; `$INPUTS/` at the beginning of one is the folder of `files`. */
  run: commandWords,
  /** Taken in when the bisection begins. */
  files: filesOfOneFolder,
  /** False: it runs as the user, on this machine, which `--allow-host` must allow. */
  sandbox: z.boolean().default(true),
  /** Runs at once. */
  "at-once": z.number().int().min(1).max(1000).default(1),
};
