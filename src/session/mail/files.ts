import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { reproducerFile, syzkallerOf } from "../../job/reproducer.ts";
import type { Job, KernelJob } from "../../job/schema.ts";
import { keptConfig } from "../../kernel/cache.ts";
import type { Attachment } from "../../mail/mail.ts";
import type { Summary } from "../../syzbot/index.ts";

/** Bytes of a file that comes as it is, and of one that is packed: lists refuse mails that are much larger. */
const mostPlain = 48 * 1024;
const mostPacked = 128 * 1024;

/** What comes with a mail, and what its text says of each. */
export interface Files {
  readonly attachments: readonly Attachment[];
  readonly said: readonly { readonly what: string; readonly how: string }[];
}

interface Found {
  readonly what: string;
  /** Null: there is none to attach. */
  readonly attachment: Attachment | null;
  readonly how: string;
}

/** The configuration of the culprit's kernel, the reproducer and the whole report, as far as they are small. */
export async function filesOf(
  { folder, job, cache }: { readonly folder: string; readonly job: Job; readonly cache: string },
  summary: Summary,
  culprit: string,
): Promise<Files> {
  const found = [
    ...(job.kind === "kernel"
      ? [
          await configFile(folder, job, cache, signatureOf(summary, culprit)),
          await reproducer(folder, job),
        ]
      : []),
    ...reportFile(summary),
  ];
  return {
    attachments: found.flatMap(({ attachment }) => attachment ?? []),
    said: found.map(({ what, how }) => ({ what, how })),
  };
}

function signatureOf({ kernels }: Summary, culprit: string): string {
  const built = [...kernels.values()].find(
    ({ commit, build }) => commit === culprit && build?.kind === "built",
  )?.build;
  return built?.kind === "built" ? built.signature : "";
}

/** As it was built with; where that is gone from the cache, as the job, or what was found since, asks for it. */
async function configFile(
  folder: string,
  { kernel: { config } }: KernelJob,
  cache: string,
  signature: string,
): Promise<Found> {
  const smaller = () => readFile(join(folder, "smaller.config"), "utf8").catch(() => null);
  const asked = () => (typeof config === "string" ? readFile(config, "utf8") : fragments(config));
  const text = (await keptConfig(cache, signature)) ?? (await smaller()) ?? (await asked());
  const base = typeof config === "string" ? "" : `, over make ${config.base}`;
  const isWhole = text.includes("CONFIG_CC_VERSION_TEXT");
  return packed("kernel config", "config", Buffer.from(text), isWhole ? "" : base, folder);
}

async function fragments({ fragments: files }: { fragments: readonly string[] }): Promise<string> {
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  return texts.map((text) => `${text.trimEnd()}\n`).join("");
}

async function reproducer(folder: string, { reproducer: given }: KernelJob): Promise<Found> {
  const file = reproducerFile(given);
  const name = basename(file);
  const { size } = await stat(file);
  const what = "reproducer";
  if (given.program !== undefined || size > mostPacked * 8) {
    return { what, attachment: null, how: `${name}, ${size} bytes, sent to those who ask` };
  }
  const tools =
    given.syzkaller === undefined ? "" : `, syzkaller ${syzkallerOf(given.syzkaller).commit}`;
  return packed(what, name, await readFile(file), tools, folder);
}

/** The crash in full, with source lines; the text of the mail has what matters of it. */
function reportFile({ crash }: Summary): Found[] {
  if (crash === null || crash.report === "") return [];
  return [packed("full report", "report.txt", Buffer.from(crash.report), "", "")];
}

function packed(what: string, name: string, bytes: Buffer, more: string, folder: string): Found {
  if (bytes.length <= mostPlain && isText(bytes)) {
    const attachment = { name, type: "text/plain", bytes };
    return { what, attachment, how: `attached as ${name}${more}` };
  }
  const small = gzipSync(bytes);
  const where = folder === "" ? "" : ` (in ${basename(folder)})`;
  if (small.length > mostPacked) {
    return { what, attachment: null, how: `too large for a mail, sent to those who ask${where}` };
  }
  const attachment = { name: `${name}.gz`, type: "application/gzip", bytes: small };
  return { what, attachment, how: `attached as ${name}.gz${more}` };
}

function isText(bytes: Buffer): boolean {
  return !bytes.includes(0) && Buffer.from(bytes.toString("utf8")).equals(bytes);
}
