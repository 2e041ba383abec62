import { resolveEnds } from "../../bisection/begin.ts";
import { shortHash } from "../../event/short-hash.ts";
import { describeCommit } from "../../history/describe-commit.ts";
import { listReleases } from "../../history/list-releases.ts";
import { openRepository } from "../../history/repository.ts";
import { repositoryAround } from "../../history/repository-around.ts";
import { resolveCommit } from "../../history/resolve-commit.ts";
import { plainLine } from "../../syzbot/plain-line.ts";
import type { Answers, Question } from "./question.ts";

/** The answer that names no clean end. */
const none = "none";

/** The questions about the repository and its commits. */
export function commitQuestions(
  folder: string,
  signal: AbortSignal,
): Record<"repo" | "crashes" | "clean", Question> {
  const around = () => repositoryAround(folder, { signal });
  const repositoryOf = ({ repo = "" }: Answers) => openRepository(repo, { signal });
  return {
    repo: {
      asks: "The kernel's git repository",
      flag: "--repo FOLDER",
      needs: [],
      find: async () => (await around())?.folder ?? null,
      async check(answer) {
        return { value: (await openRepository(answer, { signal })).folder };
      },
    },
    crashes: {
      asks: "A commit on which it crashes",
      flag: "--crashes COMMIT",
      needs: ["repo"],
      async find(before) {
        const repository = await repositoryOf(before);
        const here = await around();
        const isSame = here !== null && here.folder === repository.folder;
        const head = await resolveCommit(isSame ? here : repository, "HEAD", { signal }).catch(
          () => null,
        );
        return head === null ? null : shortHash(head);
      },
      async check(answer, before) {
        const repository = await repositoryOf(before);
        const hash = await resolveCommit(repository, answer, { signal });
        const { subject } = await describeCommit(repository, hash, { culprit: false, signal });
        return { value: stable(answer, hash), told: `${shortHash(hash)} ${plainLine(subject)}` };
      },
    },
    clean: {
      asks: "A commit on which it does not; or: none",
      flag: "--clean COMMIT",
      needs: ["repo", "crashes"],
      async find(before) {
        const repository = await repositoryOf(before);
        const hash = await resolveCommit(repository, before.crashes ?? "", { signal });
        const [newest] = await listReleases(repository, hash, { signal });
        return newest?.tag ?? none;
      },
      async check(answer, before) {
        if (answer === none) return { value: "", told: "older releases will be searched, too" };
        const repository = await repositoryOf(before);
        const named = { crashes: before.crashes ?? "", clean: answer };
        const { clean } = await resolveEnds(named, repository, signal);
        return { value: clean === null ? answer : stable(answer, clean.hash) };
      },
    },
  };
}

/** `name` as it is to be written: HEAD, and digits that may not suffice one day, as the full hash. */
function stable(name: string, hash: string): string {
  return name === "@" || name.startsWith("HEAD") || hash.startsWith(name) ? hash : name;
}
