import { z } from "zod";
import { hash } from "./shapes.ts";

const address = z.string().min(3).max(320);

/** That the result was told to people. */
export const mailBodies = [
  /** A mail was handed to a server, which took it for all of these. */
  z.strictObject({
    kind: z.literal("mailed"),
    /** The commit that it names. */
    culprit: hash,
    /** With its angle brackets: `<1.3ea394ee83fc@example.org>`. */
    messageId: z.string().regex(/^<[^<>\s]{3,990}>$/),
    to: z.array(address).max(1000),
    cc: z.array(address).max(1000),
  }),
] as const;
