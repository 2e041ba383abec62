import { RE2JS } from "re2js";
import { consoleLines } from "./console-lines.ts";
import type { OfRuns } from "./judge.ts";
import { TapReader } from "./tap.ts";

/** Lines before the one that tells, and behind it, that are shown. */
const [before, behind] = [12, 3];
/** Lines of a console's end. */
const lastLines = 25;

/**
 * The lines of a console that show what `expect` searches for: those around the line that tells, or where none
 * does, the last ones. Bounded, and without control characters.
 */
export function excerptFor(expect: OfRuns, console: Buffer): string[] {
  const tells = teller(expect);
  let kept: string[] = [];
  let shown: string[] | null = null;
  let more = 0;
  for (const { text } of consoleLines(console)) {
    const line = plain(text);
    if (tells?.(text)) {
      shown = [...kept.slice(-before), line];
      more = behind;
    } else if (shown !== null && more > 0) {
      shown.push(line);
      more -= 1;
    }
    kept.push(line);
    if (kept.length > 4 * lastLines) kept = kept.slice(-lastLines);
  }
  return shown ?? kept.slice(-lastLines);
}

/** Whether a line is the one that tells; null: it is how the console ends. */
function teller(expect: OfRuns): ((line: string) => boolean) | null {
  switch (expect.kind) {
    case "test": {
      const { name } = expect;
      let isTold = false;
      const reader = new TapReader(name);
      return (line) => {
        const was = isTold;
        reader.push(line);
        isTold = reader.result === expect.is;
        return isTold && !was;
      };
    }
    case "message":
    case "number":
      return matches(expect.pattern);
    case "boot-time":
      return matches(expect.until ?? "^Run \\S+ as init process$");
    case "boot-fails":
    case "hangs":
      return null;
    default:
      return expect satisfies never;
  }
}

function matches(pattern: string): (line: string) => boolean {
  const wanted = RE2JS.compile(pattern);
  return (line) => wanted.matcher(line).find();
}

/** Characters of a line that are shown. */
const longestShown = 300;

function plain(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]+/g, "").slice(0, longestShown);
}
