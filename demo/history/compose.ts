import { halvesOf } from "./breakage.ts";
import type { Edit } from "./draft.ts";
import { editOf } from "./edits.ts";
import type { PlannedCommit } from "./ledger.ts";
import { type Patch, patched, unpatched } from "./patch.ts";
import { integrator, maintainerOf, type Person, prefixOf, someDeveloper } from "./people.ts";
import type { Plan } from "./plan.ts";
import type { Random } from "./random.ts";

/** A commit with all that git stores of it but the files it leaves as they were. */
export interface ComposedCommit {
  readonly parents: readonly number[];
  readonly author: Person;
  readonly authored: number;
  readonly committer: Person;
  /** Seconds since 1970, never before a parent's. */
  readonly committed: number;
  readonly message: string;
  /** Files that differ from the first parent, with their whole text. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

/** What a plan is filled with. Texts are Latin-1: one character a byte. */
export interface Material {
  /** What the first commit says it holds. */
  readonly source: string;
  /** The imported text of every file that the plan changes. */
  readonly texts: ReadonlyMap<string, string>;
  /** The patches, by the plan's numbers. */
  readonly patches: readonly Patch[];
}

/** The first commit's time: 11 December 2022, 22:15 UTC, when Linux 6.1 came out. */
const epoch = 1_670_796_900;

/**
 * Writes every commit of the plan. The same arguments give the same commits.
 * Throws an Error where a patch does not fit the texts, or a file has no place for an edit.
 */
export function composeHistory(plan: Plan, material: Material, random: Random): ComposedCommit[] {
  const composer = new Composer(plan, material, random);
  return plan.commits.map((commit) => composer.compose(commit));
}

interface Written {
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
}

class Composer {
  readonly #plan: Plan;
  readonly #material: Material;
  readonly #random: Random;
  /** Texts of each file by version, the imported one first. */
  readonly #texts = new Map<string, string[]>();
  /** Second halves that are still to come. */
  readonly #halves = new Map<string, { edit: Edit; author: Person }>();
  readonly #applied = new Set<number>();
  readonly #mentioned: readonly string[];
  #now = epoch;

  constructor(plan: Plan, material: Material, random: Random) {
    this.#plan = plan;
    this.#material = material;
    this.#random = random;
    for (const [path, text] of material.texts) this.#texts.set(path, [text]);
    this.#mentioned = [...material.texts.keys()].filter((path) => path.endsWith(".c")).sort();
  }

  compose(commit: PlannedCommit): ComposedCommit {
    this.#now += this.#random.between(600, 40_000);
    const { author, committer, message } = this.#write(commit);
    const early = author === committer ? 0 : this.#random.between(1_800, 400_000);
    return {
      parents: commit.parents,
      author,
      authored: this.#now - early,
      committer,
      committed: this.#now,
      message,
      files: this.#changedFiles(commit),
    };
  }

  #changedFiles(commit: PlannedCommit): ComposedCommit["files"] {
    const before = this.#plan.commits[commit.parents[0] ?? -1]?.versions;
    return [...commit.versions]
      .filter(([path, version]) => before?.get(path) !== version)
      .map(([path, version]) => ({ path, text: this.#textsOf(path)[version] as string }));
  }

  #textsOf(path: string): string[] {
    const texts = this.#texts.get(path);
    if (texts === undefined) throw new Error(`the source has no ${path}`);
    return texts;
  }

  #write({ change }: PlannedCommit): Written {
    switch (change.kind) {
      case "import":
        return own(`Import ${this.#material.source}\n\nOnly what a small UML kernel is made of.`);
      case "release": {
        this.#textsOf("Makefile").push(withVersion(this.#latest("Makefile"), change.version));
        return own(`Linux ${change.version}`);
      }
      case "merge":
        return own(mergeMessage(change.names, change.into));
      case "patch":
        return this.#applyPatch(change.patch);
      case "edit": {
        const accepts = (text: string) => this.#keepsPatches(change.path, text);
        const text = this.#latest(change.path);
        const edit = editOf(change.path, text, this.#random, this.#mentioned, accepts);
        return this.#commitEdit(change.path, edit, someDeveloper(this.#random));
      }
      case "break": {
        const halves = halvesOf(change.path, this.#latest(change.path), this.#random);
        if (halves === null) throw new Error(`no place to break ${change.path}`);
        const author = someDeveloper(this.#random);
        this.#halves.set(change.path, { edit: halves.mended, author });
        return this.#commitEdit(change.path, halves.broken, author);
      }
      case "mend": {
        const half = this.#halves.get(change.path);
        if (half === undefined) throw new Error(`${change.path} is whole`);
        return this.#commitEdit(change.path, half.edit, half.author);
      }
    }
  }

  #latest(path: string): string {
    return this.#textsOf(path).at(-1) as string;
  }

  #commitEdit(path: string, edit: Edit, author: Person): Written {
    this.#textsOf(path).push(edit.text);
    return signed(`${prefixOf(path)}: ${edit.subject}`, edit.body, author, path);
  }

  #applyPatch(number: number): Written {
    const patch = this.#material.patches[number] as Patch;
    const text = patched(this.#latest(patch.path), patch);
    if (text === null) {
      throw new Error(`the patch "${patch.subject}" does not fit ${this.#material.source}`);
    }
    this.#textsOf(patch.path).push(text);
    this.#applied.add(number);
    return signed(patch.subject, patch.body, { ...patch.author, zone: "+0000" }, patch.path);
  }

  /** True where patches that are to come still fit `text`, and those before can be taken back. */
  #keepsPatches(path: string, text: string): boolean {
    return this.#material.patches.every((patch, number) => {
      if (patch.path !== path) return true;
      return (this.#applied.has(number) ? unpatched : patched)(text, patch) !== null;
    });
  }
}

function own(message: string): Written {
  return { author: integrator, committer: integrator, message: `${message}\n` };
}

/** A developer's commit that the file's maintainer took. */
function signed(subject: string, body: string, author: Person, path: string): Written {
  const committer = maintainerOf(path);
  const lines = [author, committer].map((who) => `Signed-off-by: ${who.name} <${who.email}>`);
  const trailers = [...new Set(lines)].join("\n");
  return { author, committer, message: `${subject}\n\n${body}\n\n${trailers}\n` };
}

function mergeMessage(names: readonly string[], into: string | null): string {
  if (into !== null) return `Merge branch '${names[0]}' into ${into}`;
  if (names.length === 1) return `Merge branch '${names[0]}'`;
  const quoted = names.map((name) => `'${name}'`);
  return `Merge branches ${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1)}`;
}

/** The top Makefile's text, with another version of the kernel. */
function withVersion(makefile: string, version: string): string {
  const [major, minor, candidate] = version.split(/[.-]/);
  return makefile
    .replace(/^VERSION =.*$/m, `VERSION = ${major}`)
    .replace(/^PATCHLEVEL =.*$/m, `PATCHLEVEL = ${minor}`)
    .replace(/^SUBLEVEL =.*$/m, "SUBLEVEL = 0")
    .replace(/^EXTRAVERSION =.*$/m, `EXTRAVERSION =${candidate ? ` -${candidate}` : ""}`);
}
