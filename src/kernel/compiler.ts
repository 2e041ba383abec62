import { Failure } from "../failure/failure.ts";
import { findTool, toolMissing } from "../process/find-tool.ts";
import { runProcess } from "../process/run.ts";

/** A compiler with the linker and the cache that go with it. */
export interface Compiler {
  /** The program's name, as given to make: `gcc`, `gcc-12`. */
  readonly command: string;
  /** Whether its results go through ccache. */
  readonly ccache: boolean;
  /**
   * Compiler and linker as kernels write it into `compile.h` (`LINUX_COMPILER`):
   * `gcc (Debian 12.2.0-14+deb12u1) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40`.
   */
  readonly identity: string;
}

const searchPath = () => process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin";

/**
 * The compiler `command` (`gcc` or `gcc-N`) of this machine, with ccache where it is installed.
 *
 * Throws `tool-missing` where it, `ld` or `make` is not installed or does not say what it is.
 */
export async function findCompiler(command = "gcc"): Promise<Compiler> {
  if (!/^gcc(?:-[0-9]{1,3})?$/.test(command)) {
    throw new Failure("tool-missing", `the compiler ${JSON.stringify(command)} is not known`, {
      facts: { program: command },
      hint: "use gcc, or gcc-N",
    });
  }
  for (const tool of [command, "ld", "make"]) {
    if (findTool(tool, searchPath()) === null) throw toolMissing(tool);
  }
  const [compiler, linker] = await Promise.all([versionOf(command), versionOf("ld")]);
  return {
    command,
    ccache: findTool("ccache", searchPath()) !== null,
    identity: `${compiler}, ${linker}`,
  };
}

async function versionOf(command: string): Promise<string> {
  const { exitCode, stdout } = await runProcess({
    command,
    args: ["--version"],
    env: { LC_ALL: "C" },
    deadline: 60,
  });
  const line = stdout.toString("utf8").split("\n", 1)[0]!.trim();
  if (exitCode !== 0 || line === "") throw toolMissing(command);
  return line;
}

/** What a built kernel says about its compiler, from the text of its `compile.h`; null where it does not. */
export function compilerIn(header: string): string | null {
  return /^#define LINUX_COMPILER\s+"([^"\n]{1,500})"/m.exec(header)?.[1] ?? null;
}
