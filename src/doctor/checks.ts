import { findBusybox } from "../kernel/initramfs/busybox.ts";
import { type Check, missing, ok } from "./check.ts";
import { lookForClang, lookForCrossCompiler, lookForGcc } from "./compilers.ts";
import { lookForControlGroups, lookForGuestMemory, lookForSandbox } from "./isolation.ts";
import { header, lookForStaticLibrary } from "./libraries.ts";
import { lookForGit, programs } from "./programs.ts";
import { lookForGuestsUnderKvm, lookForQemu } from "./qemu.ts";
import {
  cacheBounds,
  dataBounds,
  lookForMemory,
  lookForProcessors,
  lookForRoom,
} from "./resources.ts";
import { lookForSsh } from "./ssh.ts";

/** All that firstbad makes use of, in the order in which it is told. */
export const checks: readonly Check[] = [
  {
    name: "node",
    needed: true,
    purpose: "runs firstbad itself",
    look: () => judgeNode(process.versions.node),
  },
  {
    name: "git",
    needed: true,
    purpose: "reads the kernel's history",
    look: lookForGit,
  },
  {
    name: "gcc",
    needed: true,
    purpose: "compiles kernels and reproducers",
    look: lookForGcc,
  },
  {
    name: "clang",
    needed: false,
    purpose: "builds kernels that gcc does not, with lld and LLVM's tools (LLVM=1)",
    look: lookForClang,
  },
  {
    name: "gcc for arm64",
    needed: false,
    purpose: "builds kernels of arm64",
    look: lookForCrossCompiler("arm64"),
  },
  programs("make", true, "drives a kernel's build"),
  programs("flex", true, "makes the kernel's configuration program"),
  programs("bison", true, "makes the kernel's configuration program"),
  programs("bc", true, "computes the kernel's time constants"),
  programs("binutils", true, "links kernels", ["ld", "as", "ar", "nm", "objcopy", "objdump"]),
  {
    name: "static libc",
    needed: true,
    purpose: "links a guest's init and reproducers, which have no libraries beside them",
    look: lookForStaticLibrary,
  },
  {
    name: "sandbox",
    needed: true,
    purpose:
      "compiles reproducers, builds and runs kernels that are not trusted; without it none runs",
    look: lookForSandbox,
  },
  {
    name: "/dev/shm",
    needed: true,
    purpose: "holds a guest's memory",
    look: lookForGuestMemory,
  },
  programs("prlimit", true, "bounds what sandboxed programs write"),
  {
    name: "control groups",
    needed: false,
    purpose:
      "bound memory and processes of builds and machines; without them a flood is this machine's",
    look: lookForControlGroups,
  },
  programs("ccache", false, "builds a second time in a part of the time"),
  header("libelf", "libelf-dev", "gelf.h", "kernels with objtool or BTF"),
  header("openssl", "libssl-dev", "openssl/opensslv.h", "kernels with signed modules or keys"),
  {
    name: "busybox",
    needed: false,
    purpose: "runs reproducers that are shell scripts",
    look: async () => ok(await findBusybox()),
  },
  programs("perl", false, "names the maintainers to tell, and is used in some kernels' builds"),
  programs("addr2line", false, "puts source lines into reports"),
  {
    name: "cache room",
    needed: true,
    purpose: "holds kernels, build folders and ccache",
    look: ({ cache }) => lookForRoom(cache, cacheBounds),
  },
  {
    name: "data room",
    needed: true,
    purpose: "holds journals and consoles of bisections",
    look: ({ bisections }) => lookForRoom(bisections, dataBounds),
  },
  {
    name: "memory",
    needed: true,
    purpose: "is shared by builds and guests",
    look: lookForMemory,
  },
  {
    name: "processors",
    needed: false,
    purpose: "build and run at once",
    look: lookForProcessors,
  },
  {
    name: "qemu",
    needed: false,
    purpose: "runs kernels of x86_64; User Mode Linux does without",
    look: lookForQemu,
  },
  {
    name: "kvm",
    needed: false,
    purpose: "runs QEMU's guests ten times as fast; User Mode Linux does without",
    look: lookForGuestsUnderKvm,
  },
  {
    name: "ssh",
    needed: false,
    purpose: "reaches real boards; guests do without",
    look: lookForSsh,
  },
];

/** Node's version, held against the one from which on it runs TypeScript by itself. */
export function judgeNode(version: string): ReturnType<typeof ok> {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return ok(version);
  return missing(`${version}, and 22.18 is needed`, "npm install");
}
