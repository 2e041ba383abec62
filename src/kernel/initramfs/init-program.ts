import { readFile } from "node:fs/promises";
import { Failure } from "../../failure/failure.ts";
import { toolMissing } from "../../process/find-tool.ts";
import { crossPrefixOf } from "../arch.ts";
import type { Arch } from "../kernel.ts";
import { compileStatic } from "./static-program.ts";

/** The text of our `init.c`, with that of its parts where it includes them. */
export async function readInit(): Promise<Buffer> {
  return Buffer.from(await sourceOf("init.c"));
}

/** Our `init.c` as a static program: its path in the cache. Throws what `compileStatic` throws. */
export async function compileInit(
  arch: Arch,
  cacheFolder: string,
  signal: AbortSignal,
): Promise<string> {
  const result = await compileStatic({
    name: "init.c",
    source: await readInit(),
    arch,
    cflags: [],
    cacheFolder,
    signal,
  });
  if (result.kind === "compiled") return result.path;
  const lines = result.kind === "failed" ? result.lines.slice(0, 20) : ["the compiler did not end"];
  throw new Failure("tool-missing", `the first process of a guest does not compile: ${lines[0]}`, {
    facts: { compiler: lines },
    hint: toolMissing(`${crossPrefixOf(arch)}gcc`).hint ?? "",
  });
}

/** A source of ours, with those that it includes where it does: what is compiled is one file. */
async function sourceOf(name: string): Promise<string> {
  const text = await readFile(new URL(`./${name}`, import.meta.url), "utf8");
  const parts = text.split("\n").map(async (line, n) => {
    const [, included] = /^#include "([a-z]+\.c)"$/.exec(line) ?? [];
    if (included === undefined) return line;
    return `#line 1 "${included}"\n${await sourceOf(included)}#line ${n + 2} "${name}"`;
  });
  return (await Promise.all(parts)).join("\n");
}
