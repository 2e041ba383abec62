import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const root = join(import.meta.dirname, "../..");

/** A folder for a home of firstbad's, with nothing in it. */
export function newHome(): string {
  return mkdtempSync(join(tmpdir(), "firstbad-pages-"));
}

/** A server in a process of its own. */
export interface Served {
  readonly url: string;
  /** Ends it as a power failure would. */
  kill(): Promise<void>;
}

/**
 * Starts `firstbad serve` over `home`, a folder or the environment that names folders, on `port` or one that is free, with further `words`. Throws where the pages are not
 * built.
 */
export async function serve(
  home: string | NodeJS.ProcessEnv,
  words: readonly string[] = [],
  port = 0,
): Promise<Served> {
  if (!existsSync(join(root, "dist/web/index.html"))) {
    throw new Error("the pages are not built: run `npm run pages` first");
  }
  const program = join(root, "src/cli/begin.js");
  const args = [program, "serve", "--port", String(port), "--log-level", "warn", ...words];
  const child: ChildProcess = spawn(process.execPath, args, {
    env:
      typeof home === "string"
        ? { ...process.env, FIRSTBAD_HOME: home }
        : { ...process.env, ...home },
    // Not inherited: whoever reads what the tests print would wait for this as well.
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (child.stdout === null) throw new Error("no output");
  child.stderr?.pipe(process.stderr, { end: false });
  for await (const line of createInterface(child.stdout)) {
    const found = /http:\/\/[^\s/]+/.exec(line);
    if (found !== null) return { url: found[0], kill: () => kill(child) };
  }
  throw new Error("the server ended before it listened");
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
