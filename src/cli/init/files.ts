import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Failure, type FailureCode } from "../../failure/failure.ts";
import { requestOf } from "../../kernel/configure.ts";
import type { ConfigSource } from "../../kernel/kernel.ts";
import type { Question } from "./question.ts";

/** Largest file that a bisection takes in. */
const largestInput = 8 * 1024 * 1024;

/** The questions about files; `folder` is where they are looked for. */
export function fileQuestions(folder: string): Record<"config" | "reproducer", Question> {
  return {
    config: {
      asks: "Its .config, or a target such as defconfig",
      flag: "--config FILE",
      needs: [],
      find: () => oneOf(folder, [".config", "kernel.config"], ".config"),
      async check(answer) {
        const path = resolve(folder, answer);
        const source = await configOf(path, answer);
        requestOf(source);
        return { value: source.kind === "base" ? answer : path };
      },
    },
    reproducer: {
      asks: "The reproducer: C source or a shell script",
      flag: "--reproducer FILE",
      needs: [],
      find: async () =>
        (await oneOf(folder, ["repro.c"], ".c")) ?? (await oneOf(folder, ["repro.sh"], ".sh")),
      async check(answer) {
        const path = resolve(folder, answer);
        const text = await textOf(path, "reproducer-not-readable");
        if (kindOfReproducer(path, text) !== null) return { value: path };
        throw new Failure(
          "reproducer-not-readable",
          `cannot tell whether ${answer} is C source or a shell script`,
          { facts: { path }, hint: "let its name end with .c or .sh" },
        );
      },
    },
  };
}

/** By its name; else by its first line. */
export function kindOfReproducer(path: string, text: string): "c" | "shell" | null {
  if (path.endsWith(".c")) return "c";
  return path.endsWith(".sh") || text.startsWith("#!") ? "shell" : null;
}

/** Whether a config answer is a target of make's, and no file. */
export function isBase(config: string): boolean {
  return !config.includes("/");
}

async function configOf(path: string, answer: string): Promise<ConfigSource> {
  try {
    return { kind: "file", text: await textOf(path, "config-not-readable") };
  } catch (error) {
    if (!/^[a-z0-9_]{1,60}config$/.test(answer)) throw error;
    return { kind: "base", base: answer, fragments: [] };
  }
}

async function textOf(path: string, code: FailureCode): Promise<string> {
  const refused = (why: string, cause?: unknown) =>
    new Failure(code, `cannot read ${path}: ${why}`, {
      facts: { path },
      hint: "give the path of a file that is there",
      cause,
    });
  const size = await stat(path).then(
    (found) => (found.isFile() ? found.size : null),
    (cause) => {
      throw refused((cause as NodeJS.ErrnoException).code ?? String(cause), cause);
    },
  );
  if (size === null) throw refused("it is no file");
  if (size > largestInput) throw refused("it is larger than 8 MiB");
  return readFile(path, "utf8").catch((cause) => {
    throw refused((cause as NodeJS.ErrnoException).code ?? String(cause), cause);
  });
}

/** The first of `names` that is in `folder`, else the only file there that ends so. */
async function oneOf(
  folder: string,
  names: readonly string[],
  ending: string,
): Promise<string | null> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const named = names.find((name) => files.includes(name));
  if (named !== undefined) return named;
  const [only, ...others] = files.filter((name) => name.endsWith(ending));
  return only !== undefined && others.length === 0 ? join(".", only) : null;
}
