import { readFileSync } from "node:fs";
import { Failure } from "../failure/failure.ts";
import { toolMissing } from "./find-tool.ts";
import type { ProcessSpec } from "./process.ts";

/** Why bubblewrap ended without having started the program, from what it said on standard error. */
export function sandboxFailure(spec: ProcessSpec, said: string): Failure {
  const words = bwrapWords(said) ?? bwrapWords(fileWords(spec)) ?? "it did not say why";
  if (words.startsWith("execvp ")) {
    return toolMissing(spec.command, words.slice(words.lastIndexOf(": ") + 2), new Error(words));
  }
  return new Failure("sandbox-failed", `the sandbox for ${spec.command} cannot be made: ${words}`, {
    facts: { program: spec.command, bwrap: words },
    hint: "check what bubblewrap needs with: bwrap --unshare-all --ro-bind / / true",
  });
}

function bwrapWords(text: string): string | null {
  const line = text.split("\n").findLast((candidate) => candidate.startsWith("bwrap: "));
  return line === undefined ? null : line.slice("bwrap: ".length);
}

/** The program was not started, so all that is in its file is bubblewrap's, and short. */
function fileWords(spec: ProcessSpec): string {
  const output = spec.stderr === "stdout" ? spec.stdout : spec.stderr;
  return output?.kind === "file" ? readFileSync(output.path, "utf8") : "";
}
