import { access } from "node:fs/promises";
import { join } from "node:path";
import { askGit } from "./git.ts";
import { personIn } from "./named-people.ts";

/**
 * Who the user is to git (`user.name` and `user.email` of their own settings), or null where it was not told.
 * Throws `git-failed`.
 */
export async function ownName(
  env: NodeJS.ProcessEnv,
): Promise<{ readonly name: string; readonly address: string } | null> {
  const { HOME: home = "" } = env;
  if (home === "") return null;
  const settings = env.XDG_CONFIG_HOME || join(home, ".config");
  const files = [env.GIT_CONFIG_GLOBAL, join(home, ".gitconfig"), join(settings, "git/config")];
  for (const file of files) {
    if (!file || !(await isThere(file))) continue;
    const [name, email] = [
      await valueIn(file, home, "user.name"),
      await valueIn(file, home, "user.email"),
    ];
    const person = email === null ? null : personIn(`${name ?? ""} <${email}>`);
    if (person !== null) return person;
  }
  return null;
}

/** The user's own file; what it includes counts, as it does for git. */
async function valueIn(file: string, home: string, key: string): Promise<string | null> {
  const { exitCode, stdout } = await askGit({
    gitDir: null,
    cwd: "/",
    args: ["config", "--includes", "--file", file, "--get", key],
    env: { HOME: home },
    answers: [0, 1],
    what: `tell who you are (${file})`,
  });
  return exitCode === 0 ? stdout.toString("utf8").trim() : null;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
