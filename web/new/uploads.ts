/** Bytes that may be sent in all, the job included: what the server takes, less what sending adds. */
export const mostBytes = 5.5 * 1024 * 1024;

/** A file that goes with a job. */
export interface Upload {
  /** Without folders, as the job names it. */
  readonly name: string;
  readonly bytes: number;
  readonly base64: string;
}

/** Reads a file that somebody chose. Rejects where it cannot be read. */
export async function readUpload(file: File): Promise<Upload> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  // In pieces: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return { name: file.name, bytes: bytes.length, base64: btoa(binary) };
}

/** What the server is sent: the job, and its files by name. */
export function bodyOf(job: string, uploads: readonly Upload[]) {
  return { job, files: Object.fromEntries(uploads.map(({ name, base64 }) => [name, base64])) };
}
