import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import { Failure } from "../failure/failure.ts";
import type { Expect } from "../job/expect.ts";
import { parseJob } from "../job/read.ts";
import { jobText, type NewJob } from "../job/write.ts";
import { shellWord } from "../session/shell-words.ts";
import { expectIn } from "./expect-flag.ts";
import { askFor, takeDefaults } from "./init/answer.ts";
import { commitQuestions } from "./init/commits.ts";
import { mayLackMachine, mayLackReproducer, noReproducer, orNone } from "./init/expect.ts";
import { fileQuestions, isBase, kindOfReproducer } from "./init/files.ts";
import { isArch, isMachine, machineQuestions, noMachine, orNoMachine } from "./init/machines.ts";
import type { Answers } from "./init/question.ts";

/** Flags of `firstbad init`: answers, and how they are come by. */
export interface InitFlags extends Answers {
  /** Ask nothing. */
  readonly yes?: boolean;
  /** Write over a file that is there. */
  readonly force?: boolean;
  /** What counts as the bug, as the job has it. */
  readonly expect?: string;
}

/** The name that every command looks for. */
const usualFile = "firstbad.yaml";

/** `firstbad init [FILE]`: writes a job file, asking where there is somebody to ask. */
export async function init(file: string, flags: InitFlags): Promise<number> {
  if (!flags.force && existsSync(file)) throw isThere(file);
  const folder = process.cwd();
  const { signal } = new AbortController();
  const expect = flags.expect === undefined ? null : expectIn(flags.expect);
  const files = fileQuestions(folder);
  const questions = {
    ...commitQuestions(folder, signal),
    ...files,
    ...(mayLackReproducer(expect) && { reproducer: orNone(files.reproducer) }),
    ...machineQuestions,
    ...(mayLackMachine(expect) && { machine: orNoMachine(machineQuestions.machine) }),
  };
  const attended = process.stdin.isTTY === true && process.stderr.isTTY === true && !flags.yes;
  const answers = await (attended ? askFor : takeDefaults)(questions, flags);
  const text = jobText(await jobOf(answers, expect, dirname(resolve(file))));
  parseJob(text, { path: file });
  await write(file, text, flags.force ?? false);
  process.stdout.write(nextText(file));
  return 0;
}

async function jobOf(
  answers: Required<Answers>,
  expect: Expect | null,
  folder: string,
): Promise<NewJob> {
  const { repo, crashes, clean, config, machine, arch, reproducer } = answers;
  const type = machine === noMachine ? null : machine;
  if (!isArch(arch) || (type !== null && !isMachine(type))) {
    throw new Error(`unchecked: ${arch}, ${machine}`);
  }
  const path = (absolute: string) => pathFrom(folder, absolute);
  return {
    kernel: {
      repo: path(repo),
      crashes,
      ...(clean === "" ? {} : { clean }),
      config: isBase(config) ? { base: config } : path(config),
      arch,
    },
    ...(reproducer !== noReproducer && {
      reproducer: await reproducerOf(reproducer, path(reproducer)),
    }),
    ...(type !== null && { machine: { type } }),
    ...(expect !== null && { expect }),
  };
}

async function reproducerOf(
  file: string,
  path: string,
): Promise<NonNullable<NewJob["reproducer"]>> {
  const kind = kindOfReproducer(file, await readFile(file, "utf8"));
  return kind === "c" ? { c: path } : { shell: path };
}

/** `path` as seen from `folder` where it lies below, so that both can be moved; else absolute. */
function pathFrom(folder: string, path: string): string {
  const from = relative(folder, path);
  if (from === "") return ".";
  return from.startsWith("..") || isAbsolute(from) ? path : from;
}

async function write(file: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? "w" : "wx" });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "EEXIST") throw isThere(file);
    throw new Failure("folder-not-writable", `cannot write ${file}: ${code}`, {
      facts: { path: file },
      hint: "name another file",
      cause,
    });
  }
}

function isThere(file: string): Failure {
  return new Failure("file-exists", `${file} is there already`, {
    facts: { path: file },
    hint: "name another file, or write over it with --force",
  });
}

function nextText(file: string): string {
  const name = file === usualFile ? "" : ` ${shellWord(file)}`;
  return `${file} is written. Next:
  firstbad bisect${name} --dry-run
  firstbad bisect${name}
`;
}
