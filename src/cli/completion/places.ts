import type { Argument, Command, Option } from "commander";

/** What may stand where a value is expected. */
export type Value =
  | { readonly kind: "files" }
  | { readonly kind: "folders" }
  /** The ids of bisections, as `firstbad list --ids` has them, and `last`. */
  | { readonly kind: "ids" }
  | { readonly kind: "words"; readonly words: readonly string[] }
  /** Nothing that could be offered. */
  | { readonly kind: "anything" };

/** A flag with all its names: `-j` and `--jobs`. */
export interface Flag {
  readonly names: readonly string[];
  readonly description: string;
  /** Null where it takes none. */
  readonly value: Value | null;
}

/** Where one can be on a command line: at a command, and what may come next. */
export interface Place {
  /** The words of the command, `cache list`; empty before the first one. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly flags: readonly Flag[];
  /** Null where no argument is expected. */
  readonly argument: Value | null;
}

/** Every place of the command line that `program` describes, each before those below it. Pure. */
export function placesOf(program: Command): Place[] {
  return below(program, "");
}

function below(command: Command, path: string): Place[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command).filter((each) => each.name() !== "help");
  const [argument] = command.registeredArguments;
  const place: Place = {
    path,
    commands: commands.map((each) => ({ name: each.name(), description: each.description() })),
    flags: help.visibleOptions(command).map(flagOf),
    argument: argument === undefined ? null : expected(argument, argument.name()),
  };
  return [place, ...commands.flatMap((each) => below(each, `${path} ${each.name()}`.trim()))];
}

function flagOf(option: Option): Flag {
  const names = [option.short, option.long].filter((name) => name !== undefined && name !== null);
  const takes = /[<[](.+)[>\]]/.exec(option.flags)?.[1];
  const value = takes === undefined ? null : expected(option, takes);
  return { names, description: option.description, value };
}

/** What a value is, from its name in the help. */
function expected({ argChoices }: Argument | Option, name: string): Value {
  if (argChoices !== undefined) return { kind: "words", words: argChoices };
  switch (name) {
    case "job":
    case "file":
      return { kind: "files" };
    case "folder":
      return { kind: "folders" };
    case "id":
      return { kind: "ids" };
    default:
      return { kind: "anything" };
  }
}
