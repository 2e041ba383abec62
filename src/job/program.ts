import { z } from "zod";
import { fixKeys } from "./fix.ts";
import { filesOfOneFolder } from "./step-words.ts";
import { repo, seconds, size, text } from "./values.ts";

/** What a shell or an environment can take: everything but NUL. */
const words = z.string().regex(/^[^\0]*$/, "a NUL character is not allowed");
const command = words.refine((value) => value.trim() !== "", "expected a command");
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected a variable's name");

/** The target of a job that bisects a program: what is built, what is run, and how long it may take. */
export const programTarget = z
  .strictObject({
    repo,
    /** A commit on which it crashes. */
    crashes: text,
    /** A commit on which it does not; without it, older releases are searched, too. */
    clean: text.optional(),
    ...fixKeys,
    /** A shell command in the tree; without it, nothing is built. */
    build: command.optional(),
    /** A shell command in the tree: its crashes are what is searched for. */
    run: command.optional(),
    /** Instead of `run`, the words of a command whose exit code is the answer, as with git's. */
    predicate: z.array(words).min(1).optional(),
    /** Taken in when the bisection begins, and found in the folder `$INPUTS`. */
    files: filesOfOneFolder,
    env: z.record(variable, words).default({}),
    /** Deadline of a run, and of a build. */
    seconds: seconds.default(30),
    "build-seconds": seconds.default(600),
    /** Bounds of a run, and of a build. */
    memory: size.default(2 * 1024 ** 3),
    processes: z.number().int().min(1).max(100_000).default(256),
  })
  .refine((value) => (value.run === undefined) !== (value.predicate === undefined), {
    message: "needs exactly one of `run` and `predicate`",
  });
