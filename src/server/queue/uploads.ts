import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { basename, join, posix, relative } from "node:path";
import { Failure } from "../../failure/failure.ts";
import { withInputPaths } from "../../job/inputs.ts";
import { parseJob } from "../../job/read.ts";
import type { Job } from "../../job/schema.ts";

/** Files that one job may bring. */
const mostFiles = 64;
/** What a file may be called, behind all folders. */
const namePattern = /^[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}$/;

/** A job as it is sent. */
export interface SentJob {
  /** YAML. */
  readonly job: string;
  /** By the relative path by which the job names each: base64. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Calls `use` with a job that came over the network, whose files are in a folder of their own below `root` (which is there), which is
 * removed afterwards. A file that the job names has to be sent along: none of this machine is read for it.
 *
 * Throws `job-not-yaml`, `job-invalid`, and `job-not-allowed` for a file that was not sent or has no fit name.
 */
export async function withUpload<T>(
  root: string,
  { job: text, files }: SentJob,
  use: (job: Job) => Promise<T>,
): Promise<T> {
  const sent = Object.entries(files);
  if (sent.length > mostFiles) throw refused(`${sent.length} files`, `at most ${mostFiles} files`);
  const folder = await mkdtemp(join(root, "job-"));
  try {
    const stored = new Map<string, string>();
    for (const [n, [name, content]] of sent.entries()) {
      // Two of the same name in different folders stay apart, and machines know files by their names.
      const own = join(folder, String(n));
      await mkdir(own);
      const path = join(own, fitName(name));
      await writeFile(path, Buffer.from(content, "base64"), { mode: 0o600, flag: "wx" });
      stored.set(posix.normalize(name), path);
    }
    const job = parsed(text, folder);
    return await use(
      withInputPaths(job, (path) => {
        const name = relative(folder, path);
        const place = stored.get(name);
        if (place === undefined) throw refused(name, "send it along, named as the job names it");
        return place;
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where the server keeps it for a moment is nothing to whoever sent it. */
function parsed(text: string, folder: string): Job {
  const path = join(folder, "firstbad.yaml");
  try {
    return parseJob(text, { path });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const message = error.message.replaceAll(path, "the job").replaceAll(`${folder}/`, "");
    const hint = error.hint === null ? {} : { hint: error.hint };
    throw new Failure(error.code, message, { ...hint, cause: error });
  }
}

/** The name without its folders. */
function fitName(path: string): string {
  const isInside = !posix.isAbsolute(path) && !posix.normalize(path).startsWith("..");
  const name = basename(path);
  if (isInside && path.length <= 1024 && namePattern.test(name)) return name;
  throw refused(path.slice(0, 200), "a relative path with letters, digits, `.`, `_`, `+`, `-`");
}

function refused(name: string, hint: string): Failure {
  return new Failure("job-not-allowed", `the file ${JSON.stringify(name)} is not taken`, {
    facts: { name },
    hint,
  });
}
