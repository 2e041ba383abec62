import { asFailure } from "../failure/failure.ts";
import { commandLine } from "./command-line.ts";
import { exitCodeOfFailure } from "./exit.ts";
import { sayFailure } from "./say-failure.ts";

// A reader of ours that has seen enough (`| head`) is no trouble.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});
// A terminal that is closed takes nothing away from what has to be saved.
process.stderr.on("error", () => {});

try {
  process.exitCode = await commandLine(process.argv.slice(2));
} catch (error) {
  const failure = asFailure(error);
  sayFailure(failure);
  if (process.argv.includes("--json")) {
    const { code, message, hint } = failure;
    const none = { version: 1, id: null, end: null, culprit: null };
    process.stdout.write(`${JSON.stringify({ ...none, reason: code, why: message, hint })}\n`);
  }
  process.exitCode = exitCodeOfFailure(failure);
}
