import type { ComposedCommit } from "./compose.ts";
import { integrator, type Person } from "./people.ts";
import type { Plan } from "./plan.ts";
import type { SourceFile } from "./source.ts";

/**
 * The history in the language of `git fast-import`: the branch master, an annotated tag for each
 * release, and nothing else. The first commit holds all of `files`.
 */
export async function* importStream(
  plan: Plan,
  commits: readonly ComposedCommit[],
  files: AsyncIterable<SourceFile>,
): AsyncGenerator<Buffer> {
  for (const [number, commit] of commits.entries()) {
    yield commitHead(number, commit);
    if (number === 0) {
      for await (const { path, mode, data } of files) yield fileOf(path, mode, data);
    }
    for (const { path, text } of commit.files) {
      yield fileOf(path, "100644", Buffer.from(text, "latin1"));
    }
    yield Buffer.from("\n");
  }
  for (const { name, commit } of plan.tags) {
    const at = commits[commit]?.committed ?? 0;
    yield Buffer.from(
      `tag ${name}\nfrom :${commit + 1}\ntagger ${stamp(integrator, at)}\n` +
        dataOf(`Linux ${name.slice(1)}\n`),
    );
  }
  yield Buffer.from(`reset refs/heads/master\nfrom :${plan.tip + 1}\n\ndone\n`);
}

function commitHead(number: number, commit: ComposedCommit): Buffer {
  const [first, ...others] = commit.parents.map((parent) => `:${parent + 1}\n`);
  return Buffer.from(
    `commit refs/heads/master\nmark :${number + 1}\n` +
      `author ${stamp(commit.author, commit.authored)}\n` +
      `committer ${stamp(commit.committer, commit.committed)}\n` +
      dataOf(commit.message) +
      (first === undefined ? "" : `from ${first}`) +
      others.map((parent) => `merge ${parent}`).join(""),
  );
}

function stamp({ name, email, zone }: Person, at: number): string {
  return `${name} <${email}> ${at} ${zone}`;
}

function dataOf(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function fileOf(path: string, mode: SourceFile["mode"], data: Buffer): Buffer {
  const head = Buffer.from(`M ${mode} inline ${path}\ndata ${data.length}\n`);
  return Buffer.concat([head, data, Buffer.from("\n")]);
}
