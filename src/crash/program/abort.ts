import { withoutParameters, withoutTemplateArguments } from "../function-name.ts";
import { headlineOnly, type ProgramFamily, type Telling } from "./family.ts";

/** `prog: file.c:4: check: Assertion `n > 3' failed.`, and as musl prints it. */
export const assertion: ProgramFamily = {
  words: ["Assertion `", "Assertion failed: "],
  headline:
    /:\d{1,8}: (.{1,300}): Assertion `(.{1,300})' failed\.|Assertion failed: (.{1,300}) \([^:()]{1,300}: ([^:]{1,200}): \d{1,8}\)/,
  extent: headlineOnly,
  tell: ([, where, expression, other, elsewhere]) => {
    const name = bareName(where ?? elsewhere ?? "");
    return at(
      `assertion failed: ${(expression ?? other ?? "").slice(0, 80)}`,
      name === "" ? null : name,
    );
  },
  goesOn: false,
};

/** An exception of C++ that nobody caught. */
export const terminate: ProgramFamily = {
  words: ["terminate called ", "libc++abi: terminating "],
  headline:
    /(?:terminate called after throwing an instance of '|libc\+\+abi: terminating .{1,20} uncaught exception of type )([^':]{1,200}(?:::[^':]{1,200})*)|(terminate called (?:without an active exception|recursively))/,
  extent: () => (line) => (/^ {1,4}what\(\): /.test(line) ? "last" : "outside"),
  tell: ([, thrown, otherwise]) =>
    at(
      thrown === undefined
        ? (otherwise ?? "terminate called")
        : `uncaught exception ${thrown.trim()}`,
      null,
    ),
  goesOn: false,
};

/** What the C library says before it aborts. */
export const heapCheck: ProgramFamily = {
  words: ["(): ", "double free or corruption", "corrupted ", " detected ***"],
  headline:
    /^((?:free|malloc|calloc|realloc|malloc_consolidate|munmap_chunk|mremap_chunk|chunk_main_arena|malloc_printerr|unaligned_\w{1,30}|_int_\w{1,30})\(\): [a-z][\w -]{3,80}(?:\([\w -]{1,40}\))?|double free or corruption \([!\w]{1,20}\)|corrupted (?:size vs\. prev_size|double-linked list)(?: [\w -]{1,40})?|\*\*\* (?:stack smashing|buffer overflow|%n in writable segment) detected \*\*\*)(?:: [\w ./-]{1,200})?$/,
  extent: headlineOnly,
  tell: ([, said]) => at((said ?? "").replaceAll("*** ", "").replaceAll(" ***", ""), null),
  goesOn: false,
};

function at(stem: string, frame: string | null): Telling {
  const stack = frame === null ? [] : [frame];
  return { type: "ABORT", stem, where: frame, frame, stack, corrupted: false };
}

/** C++ compilers print a function with its type: `int store::Box<T>::drop(int) [with T = int]`. */
function bareName(pretty: string): string {
  const name = withoutTemplateArguments(withoutParameters(pretty));
  return name.slice(name.lastIndexOf(" ") + 1);
}
