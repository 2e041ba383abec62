import { Command, CommanderError } from "commander";
import { afterwards } from "./commands/afterwards.ts";
import { bisecting } from "./commands/bisecting.ts";
import { caching } from "./commands/caching.ts";
import type { Commands, Run } from "./commands/command.ts";
import { keepWordsBehindDashes } from "./commands/dashes.ts";
import { looking } from "./commands/looking.ts";
import { serving } from "./commands/serving.ts";
import { settlingIn } from "./commands/settling-in.ts";
import { simulating } from "./commands/simulating.ts";
import { steering } from "./commands/steering.ts";
import { testing } from "./commands/testing.ts";
import { exitCodeOfTrialTrouble, exitCodeOfUsage } from "./exit.ts";
import { version } from "./version.ts";

/** Every group of commands, in the order of the help. */
const groups: readonly Commands[] = [
  bisecting,
  steering,
  testing,
  looking,
  afterwards,
  serving,
  simulating,
  caching,
  settlingIn,
];

/**
 * Runs the command in `words` and returns its exit code. What is wrong with the words themselves is
 * said on standard error, with a suggestion for a typing mistake; other trouble is thrown.
 */
export async function commandLine(words: readonly string[]): Promise<number> {
  let code = 0;
  const program = commandTree(async (running) => {
    code = await running;
  });
  try {
    keepWordsBehindDashes(program, words);
    await program.parseAsync(words, { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version end here too, with 0.
    if (error.exitCode === 0) return 0;
    return words[0] === "test" ? exitCodeOfTrialTrouble : exitCodeOfUsage;
  }
}

/** Every command with its flags, for whoever runs or describes them. */
export function commandTree(run: Run): Command {
  const program = new Command("firstbad")
    .description(
      "Finds the commit that introduced a crash, of a Linux kernel or any program, says how sure it is, and shows why.",
    )
    .version(version)
    .exitOverride()
    .showHelpAfterError("(see firstbad --help)")
    .addHelpText("before", examples);
  for (const add of groups) add(program, run);
  return program;
}

const examples = `Examples:
  firstbad doctor                         whether this machine has all that is needed
  firstbad init                           write firstbad.yaml, asking
  firstbad test v6.1                      whether one commit crashes
  firstbad bisect firstbad.yaml           bisect what the job file describes
  firstbad bisect --clean v6.1 --dry-run  what would be done
  firstbad bisect --first-parent -- net   only merges of the main line that change net/
  firstbad run --good v1.0 -- make check  bisect with a command, as git bisect run does
  git bisect log | firstbad replay -      go on from what git knows already
  firstbad resume last                    go on after Ctrl-C, a reboot, a full disk
  firstbad skip last v6.2-rc1..v6.2-rc3   leave these out, also while it runs
  firstbad good 7f25f041 --why "a board"  say so, whatever runs said; firstbad undo takes it back
  firstbad show last                      the result, with the evidence
  firstbad explain last                   what was tested and why, and why it is believed
  firstbad log last                       the log in syzbot's form
  firstbad crash console.log              the crash in a console
  firstbad cache prune --size 5G          make room on the disk
  firstbad log --from FILE --format git   a log of syzbot's for git bisect replay
`;
