import { type Command, Option } from "commander";
import { more } from "../more.ts";
import { override, undo } from "../override.ts";
import { terms } from "../terms.ts";
import { type Commands, positive } from "./command.ts";

/** The words for each side, of which a search for a fix has its own: see `fittingWord` in `override.ts`. */
const sides = [
  ["before", "good", "old", "broken"],
  ["after", "bad", "new", "fixed"],
] as const;

/** What has a say in a bisection, also while it runs. */
export const steering: Commands = (program, run) => {
  for (const [verdict, name, ...others] of sides) {
    withOverrideFlags(program.command(name).aliases(others))
      .description(`say that commits are ${name}, whatever their runs say; also while it runs`)
      .argument("[id]", "its id; may be left out where only one is unfinished")
      .argument("[commits...]", "hashes, tags or other names of git's")
      .action((id, more, flags, { parent }: Command) => {
        const word = parent?.args[0] ?? name;
        return run(override(verdict, given(id, more), { ...flags, word }));
      });
  }
  withOverrideFlags(program.command("skip"))
    .description("say that commits are not to be tested; also while it runs")
    .argument("[id]", "its id; may be left out where only one is unfinished")
    .argument("[commits...]", "hashes, tags or other names of git's; ranges as A..B")
    .action((id, more, flags) => run(override("untestable", given(id, more), flags)));
  withOverrideFlags(program.command("more"))
    .description("ask for more runs of a commit that was tested; also while it runs")
    .argument("[id]", "its id; may be left out where only one is unfinished")
    .argument("[commit]", "a hash, tag or other name of git's")
    .option("--runs <n>", "how many more", positive, 10)
    .action((id, commit, flags) => run(more(given(id, commit ? [commit] : []), flags)));
  program
    .command("undo")
    .description("take back the newest `good`, `bad` or `skip` that stands")
    .argument("[id]", "its id; may be left out where only one is unfinished")
    .option("--json", "one object")
    .action((id, flags) => run(undo(given(id, []), flags)));
  program
    .command("terms")
    .description("the words for the two sides of the change")
    .argument("[id]", "its id; may be left out where only one is unfinished")
    .addOption(new Option("--term-good", "the word for commits without it").conflicts("termBad"))
    .addOption(new Option("--term-old", "the same").conflicts(["termBad", "termNew"]))
    .option("--term-bad", "the word for commits with it")
    .addOption(new Option("--term-new", "the same").conflicts("termGood"))
    .action((id, flags) => run(terms(given(id, []), flags)));
};

function given(first: string | undefined, more: readonly string[]): readonly string[] {
  return first === undefined ? more : [first, ...more];
}

function withOverrideFlags(command: Command): Command {
  return command
    .option("--why <text>", "the reason, which is kept and shown")
    .option("--json", "one object");
}
