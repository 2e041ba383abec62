import { asFailure } from "../failure/failure.ts";
import { exitCodeOfFailure, exitCodeOfTrialTrouble } from "./exit.ts";
import { sayFailure } from "./say-failure.ts";

const words = process.argv.slice(2);

// However a test breaks off, `git bisect run` must not take it for a verdict: not the 1 of an exception
// that nobody caught, the 13 of a promise that nothing keeps, or the 0 below.
let ended = false;
process.on("exit", () => {
  if (!ended && words[0] === "test") process.exitCode = exitCodeOfTrialTrouble;
});
// A reader of ours that has seen enough (`| head`) is no trouble.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});
// A terminal that is closed takes nothing away from what has to be saved.
process.stderr.on("error", () => {});

try {
  // Only now: packages that are not installed are to be told, too.
  const { commandLine } = await import("./command-line.ts");
  process.exitCode = await commandLine(words);
  ended = true;
} catch (error) {
  const failure = asFailure(error);
  sayFailure(failure);
  if (words.includes("--json")) {
    const { code, message, hint } = failure;
    const none = { version: 1, id: null, end: null, culprit: null };
    process.stdout.write(`${JSON.stringify({ ...none, reason: code, why: message, hint })}\n`);
  }
  process.exitCode = exitCodeOfFailure(failure);
}
