import { counterThenTrace, type Family, type FrameRule } from "./family.ts";

const bugFrame: FrameRule = { places: counterThenTrace };

/** lib/list_debug.c is where a corrupted list is found, mm/usercopy.c where a bad copy is. */
function titleOfFile(file: string | undefined): string {
  if (file?.endsWith("lib/list_debug.c")) return "BUG: corrupted list";
  if (file?.endsWith("mm/usercopy.c")) return "BUG: bad usercopy";
  return "kernel BUG";
}

/** lib/bug.c: `kernel BUG at FILE:LINE!`. */
export const kernelBug: Family = {
  word: "kernel BUG at ",
  shapes: [
    {
      headline: /^kernel BUG at ([^ :]{1,200}):?\d*/,
      title: ([, file]) => titleOfFile(file),
      frame: bugFrame,
    },
  ],
};

/** include/asm-generic/bug.h, as on User Mode Linux: `BUG: failure at FILE:LINE/FUNCTION()!`, then a panic. */
export const genericBug: Family = {
  word: "BUG: failure at ",
  shapes: [
    {
      headline: /^BUG: failure at ([^ :]{1,200}):\d+\/[a-zA-Z0-9_]+\(\)!/,
      title: ([, file]) => titleOfFile(file),
      frame: {
        places: [
          {
            kind: "line",
            pattern: /BUG: failure at [^ :]{1,200}:\d+\/([a-zA-Z_][a-zA-Z0-9_]{0,127})\(\)/,
          },
          { kind: "trace" },
        ],
      },
    },
  ],
};

const titled = (pattern: RegExp, title: string, frame: FrameRule | null) => ({
  headline: pattern,
  title: () => title,
  frame,
});

/** Every other `BUG:` line. */
export const otherBug: Family = {
  word: "BUG:",
  harmless: /BUG: Bad rss-counter state .*idx:\d+ val:0/,
  shapes: [
    titled(
      /^BUG: Unable to handle kernel (?:data access|instruction fetch)/,
      "BUG: unable to handle kernel paging request",
      bugFrame,
    ),
    titled(/^BUG: Bad page map/, "BUG: Bad page map", null),
    titled(/^BUG: Bad rss-counter state/, "BUG: Bad rss-counter state", null),
    titled(/^BUG: Bad page (?:state|cache)/, "BUG: Bad page state", {
      places: [{ kind: "trace" }],
      skip: (name) => /page|free|release_|put_|folio/.test(name),
    }),
    titled(/^BUG: Dentry .*still in use/, "BUG: Dentry still in use in unmount", null),
    titled(/^BUG: workqueue leaked lock or atomic/, "BUG: workqueue leaked lock or atomic", {
      places: [{ kind: "line", pattern: /last function: ([a-zA-Z_]\w{0,127})/ }],
    }),
  ],
};
