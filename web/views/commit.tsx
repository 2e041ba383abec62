import type { BisectionView } from "../../src/view/schema.ts";
import { short } from "./words.ts";

type Named = NonNullable<BisectionView["head"]["crashes"]>;

/** A commit as people know it: its name where it has one, the beginning of its hash, its subject. */
export function CommitName({ commit, subject = true }: { commit: Named; subject?: boolean }) {
  return (
    <span class="commit">
      {commit.name !== null && commit.name !== "" && !commit.hash.startsWith(commit.name) && (
        <b class="commit-name">{commit.name}</b>
      )}
      <code class="hash" title={commit.hash}>
        {short(commit.hash)}
      </code>
      {subject && commit.subject !== "" && <span class="subject">{commit.subject}</span>}
    </span>
  );
}
