import { Failure } from "../../failure/failure.ts";
import { crossPrefixOf } from "../arch.ts";
import type { Arch } from "../kernel.ts";
import { compileStatic } from "./static-program.ts";

/** How much of a compiler's complaint goes into the failure. */
const quotedLines = 20;
const quotedWidth = 300;

/** The file name that the compiler sees: the user's, as far as it is harmless. */
function sourceName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._-]/g, "_").replace(/^[.-]+/, "");
  return plain.endsWith(".c") ? plain : `${plain || "reproducer"}.c`;
}

/**
 * The user's C reproducer as a static program: its path in the cache.
 *
 * Throws `reproducer-not-compiling` with the compiler's first lines, and what `compileStatic` throws.
 */
export async function compileReproducer(request: {
  readonly source: Uint8Array;
  readonly name: string;
  readonly arch: Arch;
  readonly cflags?: readonly string[];
  readonly cacheFolder: string;
  readonly signal: AbortSignal;
}): Promise<string> {
  const { source, arch, cacheFolder, signal } = request;
  const name = sourceName(request.name);
  const cflags = request.cflags ?? [];
  const result = await compileStatic({ name, source, arch, cflags, cacheFolder, signal });
  switch (result.kind) {
    case "compiled":
      return result.path;
    case "endless":
      throw new Failure(
        "reproducer-not-compiling",
        `the reproducer ${request.name} did not compile within ${result.seconds} s`,
        {
          facts: { reproducer: request.name },
          hint: `compile it by hand with: ${crossPrefixOf(arch)}gcc -static`,
        },
      );
    case "failed": {
      const lines = result.lines.slice(0, quotedLines).map((line) => line.slice(0, quotedWidth));
      const said = lines.length > 0 ? lines : ["the compiler did not say why"];
      throw new Failure(
        "reproducer-not-compiling",
        `the reproducer ${request.name} does not compile:\n  ${said.join("\n  ")}`,
        {
          facts: { reproducer: request.name, compiler: lines },
          hint: `correct it; what is run is: ${crossPrefixOf(arch)}gcc -static -O2 -pthread ${name}`,
        },
      );
    }
  }
}
