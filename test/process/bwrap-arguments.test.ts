import { describe, expect, test } from "vitest";
import { bwrapArguments } from "../../src/process/bwrap-arguments.ts";

const merged = {
  shown: ["/usr", "/etc/alternatives"],
  links: [{ path: "/bin", target: "usr/bin" }],
};
const status = 3;

/** Everything after each occurrence of `word`, up to `count` words. */
function following(args: readonly string[], word: string, count: number): string[][] {
  return args.flatMap((arg, i) => (arg === word ? [args.slice(i + 1, i + 1 + count)] : []));
}

describe("the command line of bubblewrap", () => {
  test("shows the system's folders read-only and its links as links", () => {
    const args = bwrapArguments({ mounts: [] }, "/tmp", merged, status, "MARK");
    expect(following(args, "--ro-bind", 2)).toContainEqual(["/usr", "/usr"]);
    expect(following(args, "--symlink", 2)).toContainEqual(["usr/bin", "/bin"]);
    expect(args).not.toContain("--bind");
    expect(args).not.toContain("--share-net");
  });

  test("binds a writable mount and no other writable", () => {
    const mounts = [
      { host: "/a", inside: "/x", writable: true },
      { host: "/b", inside: "/y", writable: false },
    ];
    const args = bwrapArguments({ mounts }, "/x", merged, status, "MARK");
    expect(following(args, "--bind", 2)).toEqual([["/a", "/x"]]);
    expect(following(args, "--ro-bind", 2)).toContainEqual(["/b", "/y"]);
    expect(following(args, "--chdir", 1)).toEqual([["/x"]]);
  });

  test("shows devices over the few that there always are", () => {
    const sandbox = { mounts: [], devices: ["/dev/kvm"] };
    const args = bwrapArguments(sandbox, "/", merged, status, "MARK");
    expect(following(args, "--dev-bind", 2)).toEqual([["/dev/kvm", "/dev/kvm"]]);
    expect(args.indexOf("--dev-bind")).toBeGreaterThan(args.indexOf("--dev"));
  });

  test("bounds every folder in memory", () => {
    const memoryFolders = [{ inside: "/m", bytes: 5 }];
    const args = bwrapArguments(
      { mounts: [], memoryFolders, tmpBytes: 6, shmBytes: 7 },
      "/",
      merged,
      status,
      "MARK",
    );
    expect(following(args, "--size", 3)).toEqual([
      ["7", "--tmpfs", "/dev/shm"],
      ["6", "--tmpfs", "/tmp"],
      ["5", "--tmpfs", "/m"],
    ]);
    expect(following(args, "--tmpfs", 1)).toHaveLength(3);
  });

  test("makes the root read-only after everything was mounted", () => {
    const mounts = [{ host: "/a", inside: "/x", writable: true }];
    const args = bwrapArguments({ mounts }, "/", merged, status, "MARK");
    expect(args.indexOf("--remount-ro")).toBeGreaterThan(args.indexOf("--bind"));
  });

  test("says where its state is told, and ends where the program's own words begin", () => {
    const args = bwrapArguments({ mounts: [] }, "/", merged, status, "MARK");
    expect(following(args, "--json-status-fd", 1)).toEqual([["3"]]);
    expect(args.at(-1)).toBe("--");
  });
});
