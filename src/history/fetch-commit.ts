import { shortHash } from "../event/short-hash.ts";
import { Failure } from "../failure/failure.ts";
import { askGit } from "./git.ts";
import type { Abortable, Repository } from "./repository.ts";

/**
 * Fetches the commit `hash` (full) into the user's own repository, which wants that: from its remote of the name
 * `remote`, or from that URL, `https://` or a folder of this machine. A shallow repository gets all of its history
 * with it. What is fetched stays by a ref of ours, `refs/firstbad/HASH`; no branch or tag is changed.
 *
 * No program that the repository's configuration names is started: no helper of a transport, of credentials, no hook.
 * Throws `history-missing` where the remote does not give it, or its URL is another one; `interrupted`.
 */
export async function fetchCommit(
  repository: Repository,
  remote: string,
  hash: string,
  { signal }: Abortable = {},
): Promise<void> {
  const url = checkedUrl(remote) ?? checkedUrl(await urlOf(repository, remote, signal));
  if (url === null) {
    throw missing(repository, remote, hash, "its URL is neither https:// nor a folder");
  }
  try {
    await askGit({
      gitDir: repository.gitDir,
      cwd: repository.gitDir,
      args: [
        ...transports.flatMap((name) => ["-c", `protocol.${name}.allow=always`]),
        ...["-c", "credential.helper=", "-c", "http.followRedirects=false"],
        ...["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"],
        ...["--upload-pack=git-upload-pack", "--no-auto-maintenance"],
        ...(repository.shallow ? ["--unshallow"] : []),
        ...["--end-of-options", url, `+${hash}:refs/firstbad/${hash}`],
      ],
      env: proxies(),
      what: `fetch ${hash} from ${remote}`,
      signal,
    });
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "git-failed") throw error;
    throw missing(repository, remote, hash, error.message, error);
  }
}

const transports = ["https", "file"];

/** `url` where it is one that may be asked; null: it is not. */
function checkedUrl(url: string): string | null {
  if (url.length > 4096 || /[\0-\x20\x7f]/.test(url)) return null;
  return /^(?:https:\/\/[^/@]+\/|file:\/\/\/|\/)/.test(url) ? url : null;
}

async function urlOf(
  { gitDir }: Repository,
  remote: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (!/^[\w./-]{1,256}$/.test(remote) || remote.startsWith("-")) return "";
  const { stdout } = await askGit({
    gitDir,
    cwd: gitDir,
    args: ["config", "--get", `remote.${remote}.url`],
    answers: [0, 1],
    what: `tell the URL of ${remote}`,
    signal,
  });
  return stdout.toString("utf8").trimEnd();
}

/** How this machine reaches others, which is the user's to say. */
function proxies(): Record<string, string> {
  const names = ["https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "SSL_CERT_FILE"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function missing(
  { folder }: Repository,
  remote: string,
  hash: string,
  why: string,
  cause?: unknown,
): Failure {
  return new Failure("history-missing", `cannot fetch ${hash} from ${remote}: ${why}`, {
    facts: { hash, remote, repository: folder },
    hint: `fetch it yourself: git -C ${folder} fetch ${remote} ${hash}; or name it with its title: ${shortHash(hash)} ("…")`,
    cause,
  });
}
