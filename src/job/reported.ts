import { z } from "zod";

const control = /[\0-\x1f\x7f]/;

/** Somebody by an address of mail, with or without a name. */
const person = z
  .string()
  .max(300)
  .refine((value) => /@/.test(value) && !control.test(value), "expected NAME <USER@HOST>");

/** Where the bug was reported, for the mail that tells of its culprit. */
export const reportedKeys = {
  reported: z
    .strictObject({
      /** Who reported it. */
      by: person.optional(),
      /** The page or mail on the web that a fix closes. */
      closes: z
        .string()
        .max(2000)
        .regex(/^https?:\/\/[^\s\0-\x1f\x7f<>"]+$/, "expected https://…")
        .optional(),
      /** The mail that reported it, which is answered. */
      "message-id": z
        .string()
        .max(900)
        .regex(/^<?[^\s<>@]+@[^\s<>@]+>?$/, "expected <…@…>")
        .optional(),
    })
    .optional(),
};
