import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { exitCodeOfFailure } from "../src/cli/exit.ts";
import { foldersOf } from "../src/cli/folders.ts";
import { sayFailure } from "../src/cli/say-failure.ts";
import { asFailure } from "../src/failure/failure.ts";
import { makeDemoHistory } from "./history.ts";

/**
 * The main job, live: makes a git history of a kernel in which one commit brought a bug, and bisects it.
 * Further arguments go to `firstbad bisect`. Ends with its exit code.
 */
async function demo(words: readonly string[]): Promise<number> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once("SIGINT", interrupt);
  const history = await makeDemoHistory({
    folder: join(foldersOf(process.env).cache, "demo"),
    signal: interrupted.signal,
    onProgress: (what) => process.stderr.write(`demo: ${what}\n`),
  });
  // From here on Ctrl-C is firstbad's to hear: it has its own way to stop.
  process.off("SIGINT", interrupt);
  process.on("SIGINT", () => {});

  const { repository, commits, merges, tags } = history;
  const releases = tags.map(({ name }) => name).join(", ");
  process.stderr.write(
    `demo: ${repository}: ${commits} commits, ${merges} of them merges, releases ${releases}\n`,
  );
  const job = join(import.meta.dirname, "firstbad.yaml");
  const code = await firstbad(["bisect", job, "--repo", repository, ...words]);
  if (code === 0) {
    process.stderr.write(
      `demo: check it yourself: git -C ${repository} show COMMIT; bin/firstbad log last\n`,
    );
  }
  return code;
}

async function firstbad(words: readonly string[]): Promise<number> {
  const program = join(import.meta.dirname, "../bin/firstbad");
  const child = spawn(program, words, { stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 130;
}

try {
  process.exitCode = await demo(process.argv.slice(2));
} catch (error) {
  const failure = asFailure(error);
  sayFailure(failure);
  process.exitCode = exitCodeOfFailure(failure);
}
