import { writeFile } from "node:fs/promises";
import { Failure } from "../../failure/failure.ts";

/** Writes `bytes` to the file `path`, or to standard output where that is `-`. Throws `folder-not-writable`. */
export async function writeOutput(path: string, bytes: Uint8Array): Promise<void> {
  if (path === "-") {
    process.stdout.write(bytes);
    return;
  }
  try {
    await writeFile(path, bytes);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure("folder-not-writable", `cannot write ${path}: ${why}`, {
      facts: { path },
      hint: "name another file",
      cause,
    });
  }
}
