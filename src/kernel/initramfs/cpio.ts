/** One thing in an archive. `path` is relative, without `.` and `..`; `mode` holds the permission bits. */
export type CpioEntry =
  | { readonly kind: "folder"; readonly path: string; readonly mode: number }
  | {
      readonly kind: "file";
      readonly path: string;
      readonly mode: number;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  | {
      readonly kind: "device";
      readonly path: string;
      readonly mode: number;
      readonly major: number;
      readonly minor: number;
    };

/** File types in the mode field (inode(7)); devices are character devices. */
const types = { folder: 0o040000, file: 0o100000, link: 0o120000, device: 0o020000 } as const;

const trailer = "TRAILER!!!";

/**
 * The entries as an archive in the "newc" format that the kernel unpacks as its initramfs
 * (Documentation/driver-api/early-userspace/buffer-format.rst in the kernel's tree).
 *
 * Pure and deterministic: sorted by path, owned by root, time 0, missing parent folders added. Throws a
 * RangeError for a path that is not relative and plain, one that occurs twice, and a file of 4 GiB.
 */
export function cpioArchive(entries: readonly CpioEntry[]): Buffer {
  const sorted = withParents(entries).sort((a, b) => compare(a.path, b.path));
  const parts: Buffer[] = [];
  sorted.forEach((entry, index) => {
    parts.push(...record(index + 1, entry));
  });
  parts.push(header({ inode: 0, mode: 0, links: 1, size: 0, name: trailer }));
  return Buffer.concat(parts);
}

function withParents(entries: readonly CpioEntry[]): CpioEntry[] {
  const byPath = new Map<string, CpioEntry>();
  for (const entry of entries) {
    if (!entry.path.split("/").every(isPlainName)) {
      throw new RangeError(`not a plain relative path: ${entry.path}`);
    }
    if (byPath.has(entry.path)) throw new RangeError(`twice in the archive: ${entry.path}`);
    byPath.set(entry.path, entry);
  }
  for (const { path } of entries) {
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const parent = path.slice(0, end);
      if (!byPath.has(parent)) byPath.set(parent, { kind: "folder", path: parent, mode: 0o755 });
    }
  }
  return [...byPath.values()];
}

function isPlainName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !name.includes("\0");
}

/** By code units, whatever the locale: a parent sorts before what is in it. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function record(inode: number, entry: CpioEntry): Buffer[] {
  const bytes = contents(entry);
  if (bytes.length > 0xffffffff) throw new RangeError(`too big for the format: ${entry.path}`);
  const permissions = entry.kind === "link" ? 0o777 : entry.mode;
  const head = header({
    inode,
    mode: types[entry.kind] | permissions,
    links: entry.kind === "folder" ? 2 : 1,
    size: bytes.length,
    name: entry.path,
    ...(entry.kind === "device" ? { major: entry.major, minor: entry.minor } : {}),
  });
  return [head, bytes, padding(bytes.length)];
}

function contents(entry: CpioEntry): Buffer {
  if (entry.kind === "link") return Buffer.from(entry.target);
  if (entry.kind !== "file") return Buffer.alloc(0);
  return Buffer.from(entry.bytes.buffer, entry.bytes.byteOffset, entry.bytes.byteLength);
}

/** Thirteen numbers of eight hexadecimal digits after the magic, then the name, filled up to four bytes. */
function header(of: {
  inode: number;
  mode: number;
  links: number;
  size: number;
  name: string;
  major?: number;
  minor?: number;
}): Buffer {
  const name = Buffer.from(`${of.name}\0`);
  const owner = [0, 0];
  const time = 0;
  const device = [0, 0];
  const special = [of.major ?? 0, of.minor ?? 0];
  const checksum = 0;
  const fields = [
    of.inode,
    of.mode,
    ...owner,
    of.links,
    time,
    of.size,
    ...device,
    ...special,
    name.length,
    checksum,
  ];
  const numbers = fields.map((field) => field.toString(16).toUpperCase().padStart(8, "0"));
  const head = Buffer.from(`070701${numbers.join("")}`);
  return Buffer.concat([head, name, padding(head.length + name.length)]);
}

function padding(length: number): Buffer {
  return Buffer.alloc((4 - (length % 4)) % 4);
}
