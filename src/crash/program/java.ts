import { blaming, type Membership, type ProgramFamily, type Telling } from "./family.ts";

const maxStack = 32;

/** Java's own packages, and the ones that only call what they were given. */
const library =
  /^(?:java|javax|jdk|sun|com\.sun|kotlin|scala|groovy\.lang|org\.codehaus\.groovy)\./;

/** An exception that nobody caught. */
export const javaException: ProgramFamily = {
  words: ['Exception in thread "'],
  headline: /Exception in thread "[^"]{0,200}" ([a-zA-Z_][\w.$]{0,200})(?::|$)/,
  extent: javaExtent,
  tell: tellException,
  goesOn: true,
};

/** The Java machine itself crashed, mostly in native code. */
export const javaFatal: ProgramFamily = {
  words: ["# A fatal error has been detected by the Java Runtime Environment"],
  headline: /^# A fatal error has been detected by the Java Runtime Environment/,
  extent: () => (line) => (line.startsWith("#") ? "inside" : "outside"),
  tell: tellFatal,
  goesOn: false,
};

function javaExtent(): (line: string) => Membership {
  let stack = false;
  return (line) => {
    if (/^\s+(?:at |\.\.\. \d)|^(?:Caused by: |\s+Suppressed: )/.test(line)) {
      stack = true;
      return "inside";
    }
    // A message may have several lines, but they come before the stack.
    return stack ? "outside" : "inside";
  };
}

function tellException([, name]: RegExpExecArray, report: readonly string[]): Telling {
  const causes = report.findIndex((line) => line.startsWith("Caused by: "));
  const stack = report.slice(0, causes === -1 ? undefined : causes).flatMap((line) => {
    const found = /^\s+at (?:[\w.$@-]{1,200}\/{1,2})*([\w.$<>]{1,300})\(/.exec(line)?.[1];
    return found === undefined || library.test(found) ? [] : [found];
  });
  return blaming("JAVA-EXCEPTION", name ?? "exception", stack.slice(0, maxStack));
}

function tellFatal(_: RegExpExecArray, report: readonly string[]): Telling {
  const what = report.map((line) =>
    /^# {1,3}(SIG[A-Z]+|Internal Error|Out of Memory Error)/.exec(line),
  );
  const kind = what.find((found) => found !== null)?.[1] ?? "fatal error";
  const at = report.findIndex((line) => line.startsWith("# Problematic frame:"));
  const line = at === -1 ? "" : (report[at + 1] ?? "");
  // `# C  [libx.so+0x1f]  parse+0x1f` or `# J 45 c2 P.load()V (12 bytes) @ 0x…`.
  const frame =
    /\] {2}([\w.:$]{1,200})/.exec(line)?.[1] ??
    /^# J .{0,20}? ([\w.$]{3,200})\(/.exec(line)?.[1] ??
    null;
  return {
    type: "JAVA-FATAL",
    stem: `Java Runtime Environment: ${kind}`,
    where: frame,
    frame,
    stack: frame === null ? [] : [frame],
    corrupted: false,
  };
}
