import { Failure } from "../../failure/failure.ts";
import { runProcess } from "../../process/run.ts";
import type { Sandbox } from "../../process/sandbox.ts";
import type { Compiler } from "../compiler.ts";
import { seenFolders } from "../make.ts";
import { firstCommand } from "./command.ts";
import { commandOf } from "./manifest.ts";
import { lineNumber, preprocessing } from "./preprocessing.ts";
import { type Tokens, tokensOf } from "./tokens.ts";

/** Where objects were made, and how much of this machine may be used to look at their sources. */
export interface TokenSetting {
  /** Folders on the host. */
  readonly src: string;
  readonly out: string;
  readonly sandboxed: boolean;
  /** The compiler that made them. */
  readonly compiler: Pick<Compiler, "folder">;
  /** Compilers at once. */
  readonly jobs: number;
  readonly nice: number;
  readonly signal: AbortSignal;
}

/** Seconds that one source may take to be preprocessed; usually 0.1. */
const deadline = 120;
/** Bytes of one source's tokens; the longest of a kernel have 10 MB. */
const mostBytes = 128 << 20;

/**
 * The tokens of `objects`, of the source as it lies in `src` and with the commands and generated files of
 * `out`, in their order; the tree is not written to. Throws `sandbox-failed`, `tool-missing` or
 * `interrupted`.
 */
export async function readTokens(
  objects: readonly string[],
  setting: TokenSetting,
): Promise<readonly Tokens[]> {
  const tokens: Tokens[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let n = next++; n < objects.length; n = next++) {
      tokens[n] = await tokensOfObject(objects[n] as string, setting);
    }
  };
  await Promise.all(Array.from({ length: Math.min(setting.jobs, objects.length) }, work));
  if (setting.signal.aborted) {
    throw new Failure("interrupted", "interrupted while comparing two kernels");
  }
  return tokens;
}

async function tokensOfObject(path: string, setting: TokenSetting): Promise<Tokens> {
  const seen = seenFolders({ ...setting, ccache: "" });
  const command = await commandOf(setting.out, path);
  const words = command === null ? null : firstCommand(command.text);
  if (words === null) return refused("its command is not understood");
  const how = preprocessing(words, seen.src);
  if (how.kind === "refused") return how;
  const result = await runProcess({
    command: how.command,
    args: how.args,
    cwd: seen.out,
    env: { LC_ALL: "C" },
    stdout: { kind: "capture", limit: mostBytes },
    deadline,
    nice: setting.nice,
    signal: setting.signal,
    ...(setting.sandboxed ? { sandbox: sandboxOf(setting, seen) } : {}),
  });
  if (result.exitCode !== 0 || result.truncated)
    return refused("its source cannot be preprocessed");
  if (asksForLine(result.stderr.toString("latin1"))) {
    return refused("a line number decides what is compiled");
  }
  return tokensOf(result.stdout);
}

function sandboxOf(
  { src, out, compiler: { folder } }: TokenSetting,
  seen: { src: string; out: string },
): Sandbox {
  return {
    mounts: [
      { host: src, inside: seen.src, writable: false },
      { host: out, inside: seen.out, writable: false },
      ...(folder === null ? [] : [{ host: folder, inside: folder, writable: false }]),
    ],
  };
}

/** Whether the compiler warns of the name that stands for line numbers, in an `#if`. */
function asksForLine(warnings: string): boolean {
  return warnings.split("\n").some((line) => line.includes(lineNumber) && line.includes("-Wundef"));
}

function refused(why: string): Tokens {
  return { kind: "refused", why };
}
