import { z } from "zod";
import { sizeIn } from "./size.ts";

/** Text that is not blank. */
export const text = z.string().trim().min(1);

/** A size such as `128M` or `1G`, in bytes; a bare number counts bytes. */
export const size = z
  .union([z.number().int().positive(), z.string()])
  .transform((value, context) => {
    const bytes = sizeIn(String(value).trim());
    if (bytes !== null) return bytes;
    const message = `expected a size such as 128M, got ${JSON.stringify(value)}`;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

/** Path of a git repository; never a URL. */
export const repo = text.refine((value) => !/^([a-z+]+:\/\/|[^/]+@[^/]+:)/.test(value), {
  message: "expected a path; clone the repository first and name the folder",
});

/** A time of at most a day. */
export const seconds = z.number().positive().max(86_400);
