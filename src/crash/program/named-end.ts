import type { ProgramEnd } from "./program-crash.ts";

/** The end of a program that the title of a crash stands for: of any other title, one that is not known. */
export function endNamed(title: string): ProgramEnd {
  const code = /^exit status (\d{1,3})$/.exec(title)?.[1];
  if (code !== undefined) return { exitCode: Number(code), signal: null };
  return { exitCode: null, signal: /^SIG[A-Z0-9]{1,9}$/.test(title) ? title : null };
}
