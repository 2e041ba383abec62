import { Failure } from "../../failure/failure.ts";
import { findTool } from "../../process/find-tool.ts";
import { whyNotStatic } from "./static-elf.ts";

/** The path of a statically linked busybox; throws `tool-missing` where there is none. */
export async function findBusybox(): Promise<string> {
  const path = findTool("busybox", process.env.PATH ?? "/usr/bin:/bin");
  if (path !== null && (await whyNotStatic(path, null)) === null) return path;
  throw new Failure(
    "tool-missing",
    path === null
      ? "a shell reproducer needs busybox, which is not there"
      : `a shell reproducer needs a statically linked busybox, and ${path} is not`,
    { facts: { program: "busybox" }, hint: "apt-get install busybox-static" },
  );
}
