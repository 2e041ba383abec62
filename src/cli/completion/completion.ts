import type { Command } from "commander";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { placesOf } from "./places.ts";
import { zshScript } from "./zsh.ts";

/** The shells that there is a script for. */
export const shells = ["bash", "zsh", "fish"] as const;

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** `firstbad completion SHELL`: prints a script that completes the command line of `program`. */
export async function completion(
  program: Command,
  shell: (typeof shells)[number],
): Promise<number> {
  process.stdout.write(scripts[shell](placesOf(program)));
  return 0;
}
