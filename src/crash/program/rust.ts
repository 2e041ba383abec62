import { withoutTemplateArguments } from "../function-name.ts";
import type { Membership, ProgramFamily, Telling } from "./family.ts";
import { isRuntime } from "./runtime.ts";

const maxStack = 32;

/** `thread 'main' panicked at src/main.rs:2:5:`, the message in the next line; old ones have it in the same. */
export const rustPanic: ProgramFamily = {
  words: ["' panicked at ", ") panicked at ", "' has overflowed its stack"],
  headline:
    /thread '[^']{0,100}'(?: \(\d{1,10}\))? (?:panicked at (?:'(.{0,300})', )?([^\s':][^:]{0,300}):\d{1,8}:\d{1,8}:?$|(has overflowed its stack))/,
  extent: rustExtent,
  tell: tellRust,
  goesOn: false,
};

/** The message, the stack where one is printed, and the hint after it. */
function rustExtent(): (line: string) => Membership {
  let stack = false;
  let lines = 0;
  return (line) => {
    lines++;
    if (line.startsWith("note: ")) return "last";
    if (line === "stack backtrace:") stack = true;
    else if (stack && !/^\s/.test(line)) return "outside";
    // Without a stack and without a hint, a message of a few lines.
    return stack || lines <= 8 ? "inside" : "outside";
  };
}

function tellRust(
  [, inline, file, overflowed]: RegExpExecArray,
  report: readonly string[],
): Telling {
  const functions = report.flatMap((line) => {
    const found = /^\s{1,8}\d{1,4}: +(?:0x[0-9a-f]{1,16} - )?(\S.{0,500})$/.exec(line);
    const name = withoutTemplateArguments((found?.[1] ?? "").replace(/::h[0-9a-f]{16}$/, ""));
    return name === "" || isRuntime(name, "") ? [] : [name];
  });
  const stack = functions.slice(0, maxStack);
  const frame = stack[0] ?? null;
  const message = overflowed === undefined ? (inline ?? report[1] ?? "") : "stack overflow";
  const name = (file ?? "").slice((file ?? "").lastIndexOf("/") + 1);
  const place = frame === null && name !== "" ? ` at ${name}:LINE` : "";
  return {
    type: "RUST-PANIC",
    stem: `panic: ${message.slice(0, 70)}${place}`,
    where: frame,
    frame,
    stack,
    corrupted: false,
  };
}
