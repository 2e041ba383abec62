import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { replaceFile } from "../workplace/replace-file.ts";

/**
 * What is known to be in a slot's folders. `changing` and `building` are written before the first file
 * changes: read at the next start, they tell that a process was killed in the middle.
 */
const schema = z.strictObject({
  version: z.literal(1),
  /** Of the running system: after a power cut, files may be shorter than they were when it was written. */
  boot: z.string(),
  source: z.strictObject({
    status: z.enum(["ready", "changing"]),
    commit: z.string().nullable(),
    /** SHA-256 of the patches that are applied. */
    patches: z.array(z.string()),
  }),
  out: z.strictObject({
    status: z.enum(["empty", "settled", "building"]),
    /** Architecture and compiler that it was built for. */
    recipe: z.string(),
    /** When the build that is under way began, or the last one ended; milliseconds since 1970. */
    at: z.number(),
    /** Files that the last clean build compiled; null where there was none. */
    files: z.number().int().nullable(),
  }),
});
export type SlotState = z.infer<typeof schema>;

/** A slot of which nothing is known. */
export function unknownState(boot: string): SlotState {
  return {
    version: 1,
    boot,
    source: { status: "changing", commit: null, patches: [] },
    out: { status: "building", recipe: "", at: 0, files: null },
  };
}

/** The state of the slot in `folder`; null where there is none that can be understood. */
export async function readState(folder: string): Promise<SlotState | null> {
  try {
    return schema.parse(JSON.parse(await readFile(stateFile(folder), "utf8")));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

export function writeState(folder: string, state: SlotState): Promise<void> {
  return replaceFile(stateFile(folder), JSON.stringify(state));
}

function stateFile(folder: string): string {
  return join(folder, "state.json");
}
