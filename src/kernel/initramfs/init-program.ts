import { readFile } from "node:fs/promises";
import { Failure } from "../../failure/failure.ts";
import type { Arch } from "../kernel.ts";
import { compileStatic } from "./static-program.ts";

/** The text of our `init.c`. */
export function readInit(): Promise<Buffer> {
  return readFile(new URL("./init.c", import.meta.url));
}

/** Our `init.c` as a static program: its path in the cache. Throws what `compileStatic` throws. */
export async function compileInit(
  arch: Arch,
  cacheFolder: string,
  signal: AbortSignal,
): Promise<string> {
  const source = await readInit();
  const result = await compileStatic({
    name: "init.c",
    source,
    arch,
    cflags: [],
    cacheFolder,
    signal,
  });
  if (result.kind === "compiled") return result.path;
  const lines = result.kind === "failed" ? result.lines.slice(0, 20) : ["the compiler did not end"];
  throw new Failure("tool-missing", `the first process of a guest does not compile: ${lines[0]}`, {
    facts: { compiler: lines },
    hint: "apt-get install gcc libc6-dev",
  });
}
