import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Folders of a checkout in which flags of syz-execprog were ever defined. */
const places = ["tools/syz-execprog", "pkg/tool", "pkg/ipc", "pkg/ipc/ipcconfig", "pkg/instance"];
/** A source of a checkout has some thousand lines; files beyond are not looked at. */
const mostFiles = 500;
const mostBytes = 1024 * 1024;

/** A flag as Go's package `flag` defines one, on a line: `flag.Bool("threaded", true, …)`. */
const definition =
  /\b\w{1,40}\.(?:Bool|Int|Int64|Uint|Uint64|Float64|String|Duration)(?:Var)?\((?:&[\w.]{1,80}, )?"([a-z_]{1,40})"/g;

/**
 * The flags that the syz-execprog of the checkout in `tree` has, by its sources: they cannot be asked of the
 * tool itself, which may be for another processor. Links are not followed; bounded.
 */
export async function execprogFlags(tree: string): Promise<ReadonlySet<string>> {
  const flags = new Set<string>();
  let files = 0;
  for (const place of places) {
    const entries = await readdir(join(tree, place), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const isSource = entry.name.endsWith(".go") && !entry.name.endsWith("_test.go");
      if (!entry.isFile() || !isSource || ++files > mostFiles) continue;
      const text = await beginningOf(join(tree, place, entry.name));
      for (const [, name] of text.matchAll(definition)) flags.add(name as string);
    }
  }
  return flags;
}

async function beginningOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const bytes = Buffer.alloc(Math.min((await file.stat()).size, mostBytes));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.toString("latin1", 0, bytesRead);
  } finally {
    await file.close();
  }
}
