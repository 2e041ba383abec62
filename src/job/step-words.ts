import { basename } from "node:path";
import { z } from "zod";
import { text } from "./values.ts";

/** Everything that a program's argument can have: all but NUL. */
const word = z
  .string()
  .max(65_536)
  .regex(/^[^\0]*$/, "a NUL character is not allowed");

/** The words of a command, started without a shell. */
export const commandWords = z
  .array(word)
  .min(1)
  .max(1000)
  .refine(([first = ""]) => first.trim() !== "" && !first.startsWith("-"), "expected a command");

/** A script for a shell. */
export const shellScript = word.refine((value) => value.trim() !== "", "expected a command");

/** Files that lie in one folder. */
export const filesOfOneFolder = z
  .array(text)
  .max(1000)
  .default([])
  .refine((files) => new Set(files.map((path) => basename(path))).size === files.length, {
    message: "needs files of different names: they lie in one folder",
  });
