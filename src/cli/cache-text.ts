import { shortHash } from "../event/short-hash.ts";
import { columns } from "../report/columns.ts";
import { durationText } from "../report/duration.ts";
import type { CachedSlot } from "../workplace/cache-rest.ts";
import type { DiskUse } from "../workplace/disk-use.ts";
import type { CachedFolder } from "../workplace/shared-cache.ts";
import { bytesText } from "./bytes.ts";

/** A kernel, and the commits that gave it, as far as bisections tell. */
export interface ListedKernel extends CachedFolder {
  readonly commits: readonly string[];
}

/** All that is in a cache folder. */
export interface CacheContents {
  readonly folder: string;
  readonly kernels: readonly ListedKernel[];
  /** Of programs, as their builds left them. */
  readonly trees: readonly ListedKernel[];
  readonly slots: readonly CachedSlot[];
  readonly others: readonly ({ readonly name: string } & DiskUse)[];
}

/** What `firstbad cache list` prints at `now` (milliseconds since 1970). */
export function cacheText(
  { folder, kernels, trees, slots, others }: CacheContents,
  now: number,
): string {
  const totals = [
    { name: "kernels", files: kernels.length, bytes: bytesOf(kernels) },
    { name: "trees", files: trees.length, bytes: bytesOf(trees) },
    { name: "slots", files: slots.length, bytes: bytesOf(slots) },
    ...others,
  ];
  const sections = [
    ...[...kernels, ...trees].map((kernel) => kernelRow(kernel, now)),
    ...slots.map(({ path, bytes, taken, objects }) => [
      path,
      "",
      bytesText(bytes),
      taken ? "in use" : "idle",
      objects ?? "",
    ]),
  ];
  const sums = totals.map(({ name, files, bytes }) => [name, bytesText(bytes), `${files}`]);
  const all = ["all", bytesText(bytesOf(totals)), ""];
  const gap = sections.length > 0 ? [""] : [];
  return lines([folder, ...columns(sections), ...gap, ...columns([...sums, all])]);
}

/** What `firstbad cache prune` prints. */
export function prunedText(done: {
  readonly bound: number;
  readonly removed: readonly ListedKernel[];
  readonly leftovers: readonly string[];
  readonly left: readonly CachedFolder[];
}): string {
  const { bound, removed, leftovers, left } = done;
  const inUse = left.filter(({ leased }) => leased);
  const over = bytesOf(left) > bound ? `; ${bytesText(bytesOf(inUse))} of them are in use` : "";
  return lines([
    ...columns(
      removed.map(({ signature, commits, bytes }) => [
        "removed",
        shortHash(signature),
        commits.map(shortHash).join(" "),
        bytesText(bytes),
      ]),
    ),
    ...leftovers.map((path) => `removed  ${path}, left over`),
    `${bytesText(bytesOf(removed))} of kernels and trees removed, ${bytesText(bytesOf(left))} kept${over}`,
  ]);
}

function kernelRow({ signature, commits, bytes, used, leased }: ListedKernel, now: number) {
  const age = `${durationText((now - used) / 1000)} ago`;
  return [
    shortHash(signature),
    commits.map(shortHash).join(" "),
    bytesText(bytes),
    leased ? "in use" : "idle",
    age,
  ];
}

function bytesOf(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}

function lines(list: readonly string[]): string {
  return list.map((line) => `${line}\n`).join("");
}
