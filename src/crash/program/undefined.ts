import type { Membership, ProgramFamily, Telling } from "./family.ts";
import { stacksOf } from "./sanitizer-stack.ts";

/** What UBSan says, and the name of the check that says so, as kernels and clang's flags have it. */
const checks: readonly (readonly [RegExp, string])[] = [
  [/^signed integer overflow/, "signed-integer-overflow"],
  [/^unsigned integer overflow/, "unsigned-integer-overflow"],
  [/^negation of /, "negation-overflow"],
  [/^division (?:by zero|of )/, "division-overflow"],
  [/^(?:left )?shift /, "shift-out-of-bounds"],
  [/^index .{1,80} out of bounds/, "array-index-out-of-bounds"],
  [/misaligned/, "misaligned-access"],
  [/insufficient space/, "object-size-mismatch"],
  [/^(?:applying|pointer index|addition of unsigned|subtraction of unsigned)/, "pointer-overflow"],
  [/passed as argument .{1,40} never be null/, "nonnull-argument"],
  [/returned from function declared to never return null/, "nonnull-return"],
  [/null pointer/, "null-ptr-deref"],
  [/not a valid value for type/, "invalid-load"],
  [/end of a value-returning function/, "missing-return"],
  [/unreachable/, "unreachable"],
  [/^variable length array/, "vla-bound-not-positive"],
  [/outside the range of representable/, "float-cast-overflow"],
  [/^implicit conversion/, "implicit-conversion"],
  [/incorrect function type/, "function-type-mismatch"],
  [/does not point to an object of type/, "dynamic-type-mismatch"],
  [/^passing zero to/, "invalid-builtin"],
  [/^assumption is violated/, "assumption"],
];

/** `FILE:LINE:COLUMN: runtime error: …`, with a stack where `print_stacktrace` is set. */
export const undefinedBehaviour: ProgramFamily = {
  words: [": runtime error: "],
  headline: /(?:^|\s)([^\s:]{1,300}):(\d{1,8})(?::\d{1,8})?: runtime error: (.{1,300})/,
  extent: undefinedExtent,
  tell: tellUndefined,
  goesOn: true,
};

/** Up to the end of the stack: before it are a note and the bytes that a pointer points at. */
function undefinedExtent(): (line: string) => Membership {
  let stack = false;
  return (line) => {
    if (/^\s{1,16}#\d/.test(line)) {
      stack = true;
      return "inside";
    }
    if (line.startsWith("SUMMARY: UndefinedBehaviorSanitizer:")) return "last";
    if (stack) return line === "" ? "inside" : "outside";
    return /^0x[0-9a-f]+: note: |^\s{1,8}(?:[0-9a-f?]{2} |\^)|^\s{4,}\^/.test(line)
      ? "inside"
      : "outside";
  };
}

function tellUndefined([, file, , message]: RegExpExecArray, report: readonly string[]): Telling {
  const check = checks.find(([what]) => what.test(message ?? ""))?.[1] ?? "undefined-behavior";
  const stack = stacksOf(report)[0]?.functions ?? [];
  const frame = stack[0] ?? null;
  const name = (file ?? "").slice((file ?? "").lastIndexOf("/") + 1);
  const stem = `UndefinedBehaviorSanitizer: ${check}`;
  return {
    type: "UBSAN",
    // Without a stack, which is the default, the place in the source is all that is told.
    stem: frame === null ? `${stem} at ${name}:LINE` : stem,
    where: frame,
    frame,
    stack,
    corrupted: false,
  };
}
