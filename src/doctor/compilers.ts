import { Failure } from "../failure/failure.ts";
import type { Compiler, CompilerFamily } from "../kernel/compiler.ts";
import { knownSince } from "../kernel/compiler-ages.ts";
import { findCompilers } from "../kernel/find-compilers.ts";
import type { Arch } from "../kernel/kernel.ts";
import { findTool, toolMissing } from "../process/find-tool.ts";
import { type Finding, missing, ok, type Surroundings } from "./check.ts";

/** Every gcc that builds kernels of this machine's own architecture, the usual one first. */
export async function lookForGcc({ path }: Surroundings): Promise<Finding> {
  if (findTool("gcc", path) === null) {
    const { message, hint } = toolMissing("gcc");
    return missing(message, hint!);
  }
  const found = await ofFamily("x86_64", "gcc", path);
  if (found.length === 0) return missing("gcc does not run", "apt-get install --reinstall gcc");
  return ok(found.map(compilerText).join("; "));
}

/** Every clang that has its linker and its tools beside it. */
export async function lookForClang({ path }: Surroundings): Promise<Finding> {
  const found = await ofFamily("x86_64", "clang", path);
  if (found.length > 0) return ok(found.map(compilerText).join("; "));
  const what =
    findTool("clang", path) === null ? "not on PATH: clang" : "clang lacks ld.lld or LLVM's tools";
  return missing(what, "apt-get install clang lld llvm");
}

/** The compilers for kernels of another architecture. */
export function lookForCrossCompiler(arch: Arch) {
  return async ({ path }: Surroundings): Promise<Finding> => {
    const found = await findCompilers(arch, { compiler: "gcc", folders: [] }, path);
    return ok(found.map(compilerText).join("; "));
  };
}

/** None where none is there. */
async function ofFamily(
  arch: Arch,
  compiler: CompilerFamily,
  path: string,
): Promise<readonly Compiler[]> {
  try {
    return await findCompilers(arch, { compiler, folders: [] }, path);
  } catch (error) {
    // Whether make and ld are there is asked by checks of their own.
    if (error instanceof Failure && error.code === "tool-missing") return [];
    throw error;
  }
}

/** `gcc 12.2 (kernels since v5.16; older ones by trial)`. */
function compilerText(compiler: Compiler): string {
  const since = knownSince(compiler);
  const good =
    since === null
      ? "kernels of any age"
      : `kernels since v${since.join(".")}; older ones by trial`;
  return `${compiler.name} ${compiler.version.join(".")} (${good})`;
}
