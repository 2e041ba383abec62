import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable, Transform, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { createTarDecoder, type ParsedTarEntry } from "modern-tar";
import { Failure } from "../failure/failure.ts";
import { readFileJournal } from "../journal/file-journal.ts";
import {
  archiveVersion,
  bounds,
  isBisectionId,
  labelName,
  ownAlone,
  safeParts,
} from "./contents.ts";

/** What is wanted of an archive. */
export interface Wanted {
  /** The folder of all bisections. */
  readonly root: string;
  /** Another name than it has. */
  readonly as?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a bisection below `root` of the archive that `bytes` are, and returns its id: the whole of it, or nothing.
 *
 * An archive may be from anybody. Throws `archive-refused` where it has names that lead out of its folder, links,
 * devices, more or larger files than any bisection, no events or such as cannot be read, or a name that is taken;
 * `archive-not-readable` where it is no archive.
 */
export async function importFrom(bytes: Readable, { root, as, signal }: Wanted): Promise<string> {
  if (as !== undefined && !isBisectionId(as))
    throw refused(`${JSON.stringify(as)} is no name of a bisection`);
  await mkdir(root, { recursive: true, mode: 0o700 });
  // Beside the bisections, and not among them: nobody lists it before it is whole.
  const place = await mkdtemp(join(dirname(root), ".importing-"));
  try {
    const given = await unpackInto(place, bytes, signal);
    const id = as ?? given;
    await checkEvents(join(place, given), id);
    await putInPlace(join(place, given), root, id);
    return id;
  } catch (error) {
    throw asRefusal(error);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** The same of the file at `path`. */
export async function importFile(path: string, wanted: Wanted): Promise<string> {
  const file = createReadStream(path);
  const opened = Promise.withResolvers<void>();
  file.once("open", () => opened.resolve()).once("error", opened.reject);
  try {
    await opened.promise;
  } catch (error) {
    throw notReadable(`${path} cannot be read: ${(error as Error).message}`, error);
  }
  return importFrom(file, wanted);
}

/** Unpacks everything below `place`, and returns the id that the archive says. */
async function unpackInto(
  place: string,
  bytes: Readable,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { readable, writable } = createTarDecoder({ strict: true });
  const feeding = pipeline(
    [bytes, createGunzip(), bounded(bounds.all), Writable.fromWeb(writable)],
    signal === undefined ? {} : { signal },
  );
  const reader = readable.getReader();
  const taking = takeAll(place, reader);
  // Whichever fails first ends the other.
  feeding.catch((error: unknown) => reader.cancel(error).catch(() => {}));
  taking.catch((error: unknown) => bytes.destroy(error instanceof Error ? error : undefined));
  const [fed, taken] = await Promise.allSettled([feeding, taking]);
  if (taken.status === "rejected" && taken.reason instanceof Failure) throw taken.reason;
  if (fed.status === "rejected") throw fed.reason;
  if (taken.status === "rejected") throw taken.reason;
  return taken.value;
}

async function takeAll(
  place: string,
  reader: ReadableStreamDefaultReader<ParsedTarEntry>,
): Promise<string> {
  let id: string | null = null;
  const taken = new Set<string>();
  for (let count = 0; ; count++) {
    const { done, value: entry } = await reader.read();
    if (done) break;
    if (count > bounds.entries) throw refused(`it has more than ${bounds.entries} entries`);
    if (id === null) {
      id = await labelOf(entry);
      await mkdir(join(place, id), { mode: 0o700 });
      continue;
    }
    await takeEntry(place, id, entry, taken);
  }
  if (id === null) throw refused("it is empty");
  return id;
}

async function labelOf({ header, body }: ParsedTarEntry): Promise<string> {
  if (header.name !== labelName || header.size > bounds.label) {
    throw refused(`it does not begin with ${labelName}: \`firstbad export\` did not write it`);
  }
  const text = Buffer.concat(await Readable.fromWeb(asNode(body)).toArray()).toString("utf8");
  let label: { version?: unknown; id?: unknown };
  try {
    label = Object(JSON.parse(text));
  } catch (error) {
    throw refused(`${labelName} is no JSON`, error);
  }
  const { version, id } = label;
  if (version !== archiveVersion) {
    throw refused(
      `its form is version ${JSON.stringify(version)}, and this firstbad reads ${archiveVersion}`,
    );
  }
  if (typeof id !== "string" || !isBisectionId(id)) {
    throw refused(`${JSON.stringify(id)} is no name of a bisection`);
  }
  return id;
}

async function takeEntry(
  place: string,
  id: string,
  { header, body }: ParsedTarEntry,
  taken: Set<string>,
): Promise<void> {
  const { name, type = "file", size } = header;
  const [first, ...parts] = safeParts(name.startsWith(`${id}/`) ? name : "") ?? [];
  if (first !== id || parts.length === 0 || ownAlone.has(parts.join("/"))) {
    throw refused(`${JSON.stringify(name)} is no file of the bisection ${id}`);
  }
  if (type !== "file" && type !== "directory")
    throw refused(`${JSON.stringify(name)} is a ${type}`);
  const path = join(place, id, ...parts);
  if (type === "directory") {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await body.cancel();
    return;
  }
  if (size > bounds.file) throw refused(`${JSON.stringify(name)} has ${size} bytes`);
  if (taken.has(name)) throw refused(`${JSON.stringify(name)} is there twice`);
  taken.add(name);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await pipeline(
    Readable.fromWeb(asNode(body)),
    bounded(bounds.file),
    createWriteStream(path, { flags: "wx", mode: 0o600 }),
  );
}

/** Two declarations of one thing: the global stream and Node's own. */
function asNode(body: ParsedTarEntry["body"]): Parameters<typeof Readable.fromWeb>[0] {
  return body as Parameters<typeof Readable.fromWeb>[0];
}

/** Lets at most so many bytes through. */
function bounded(most: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > most) done(refused(`it has more than ${most} bytes`));
      else done(null, chunk);
    },
  });
}

/** Its events have to be read; the first of them says its name, which is `id` from now on. */
async function checkEvents(folder: string, id: string): Promise<void> {
  const path = join(folder, "events.ndjson");
  const status = await stat(path).catch(() => null);
  if (status === null) throw refused("it has no events");
  const [first] = await readFileJournal(folder).catch((error: unknown) => {
    throw refused(
      `its events cannot be read: ${error instanceof Error ? error.message : error}`,
      error,
    );
  });
  if (first === undefined) throw refused("it has no events");
  if (first.kind !== "started") throw refused(`its events begin with ${first.kind}`);
  if (first.id === id) return;
  const bytes = await readFile(path);
  const rest = bytes.subarray(bytes.indexOf("\n") + 1);
  const renamed = `${JSON.stringify({ ...first, id })}\n`;
  await writeFile(path, Buffer.concat([Buffer.from(renamed), rest]));
}

async function putInPlace(folder: string, root: string, id: string): Promise<void> {
  try {
    // No folder with anything in it is ever replaced by this.
    await rename(folder, join(root, id));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "EEXIST" && code !== "ENOTDIR") throw error;
    throw new Failure("archive-refused", `there is a bisection ${id} already`, {
      facts: { id },
      hint: `\`--as ${await freeName(root, id)}\` takes it in under another name`,
      cause: error,
    });
  }
}

async function freeName(root: string, id: string): Promise<string> {
  for (let n = 2; ; n++) {
    const name = `${id}-${n}`;
    if ((await stat(join(root, name)).catch(() => null)) === null) return name;
  }
}

function asRefusal(error: unknown): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  if (error.name === "AbortError") return new Failure("interrupted", "nothing was imported");
  const { code = "" } = error as NodeJS.ErrnoException;
  if (/^(?:ENOSPC|EDQUOT|EACCES|EROFS|EPERM|EIO)$/.test(code)) return error;
  return notReadable(`it is no archive of a bisection: ${error.message}`, error);
}

function refused(why: string, cause?: unknown): Failure {
  return new Failure("archive-refused", `the archive is not taken in: ${why}`, {
    hint: "nothing of it was kept; archives are written by `firstbad export`",
    ...(cause !== undefined && { cause }),
  });
}

function notReadable(message: string, cause: unknown): Failure {
  return new Failure("archive-not-readable", message, {
    hint: "give a file that `firstbad export` wrote",
    cause,
  });
}
