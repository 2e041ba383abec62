import { devices } from "../../kernel/initramfs/initramfs.ts";
import { staticFlags } from "../../kernel/initramfs/static-program.ts";
import { isolationArguments, placeArguments } from "../../process/bwrap-arguments.ts";
import { sandboxPath } from "../../process/launch.ts";
import type { ProcessSpec } from "../../process/process.ts";
import type { SystemFolders } from "../../process/system-folders.ts";
import { compilerOf } from "./build-part.ts";
import { command, comment, fileText, here } from "./shell-text.ts";
import { names, type ReproducerByHand, type StepByHand } from "./step-by-hand.ts";

/** Reproducer, first process, and the guest's first file system with both. */
export function guestPart(step: StepByHand): string {
  const { reproducer, init } = step;
  const gcc = `${compilerOf(step).prefix}gcc ${staticFlags.join(" ")}`;
  const shell = reproducer.kind === "shell";
  const { repeat } = reproducer;
  const list = [
    "dir /dev 0755 0 0",
    ...devices.map(([name, major, minor]) => `nod /dev/${name} 0666 0 0 c ${major} ${minor}`),
    "file /init init 0755 0 0",
    ...(shell
      ? [
          `file /reproducer.sh ${names.script} 0755 0 0`,
          ...["dir /bin 0755 0 0", "file /bin/busybox busybox 0755 0 0"],
          "slink /bin/sh busybox 0777 0 0",
        ]
      : [`file /reproducer ${names.reproducer} 0755 0 0`]),
    ...(repeat === 1 ? [] : ["file /reproducer.repeat reproducer.repeat 0644 0 0"]),
  ];
  return [
    comment("5. The reproducer, and the guest's first process, which starts it."),
    ...reproducerLines(reproducer, gcc),
    ...(repeat === 1 ? [] : [`echo ${repeat} >reproducer.repeat`]),
    fileText("init.c", init),
    `${gcc} -o init init.c`,
    comment("6. The guest's first file system, made by the kernel's own program."),
    `gcc -o gen_init_cpio ${names.src}/usr/gen_init_cpio.c`,
    here("cat >files", `${list.join("\n")}\n`),
    modulesLines,
    `./gen_init_cpio files >${names.initramfs}`,
  ].join("\n");
}

/** Makes the file that is the reproducer. */
function reproducerLines(reproducer: ReproducerByHand, gcc: string): string[] {
  switch (reproducer.kind) {
    case "shell":
      return [fileText(names.script, reproducer.bytes), 'cp "$(command -v busybox)" busybox'];
    case "c": {
      const words = [`${names.reproducer}.c`, ...reproducer.flags];
      return [
        fileText(`${names.reproducer}.c`, reproducer.bytes),
        `${gcc} -o ${names.reproducer} ${command(words)}`,
      ];
    }
    case "program":
      return [command(["cp", "--", reproducer.path, names.reproducer])];
    default:
      return reproducer satisfies never;
  }
}

/** Modules are loaded in an order in which each comes after those that it needs. */
const modulesLines = `if [ -d out/installed ]; then
	modules=$(echo out/installed/lib/modules/*)
	awk '{ m = substr($1, 1, length($1) - 1); print m, m; for (i = 2; i <= NF; i++) print $i, m }' \\
		"$modules/modules.dep" | tsort >order
	sed 's|^|/modules/|' order >modules-order
	echo "dir /modules 0755 0 0" >>files
	echo "file /modules/order modules-order 0644 0 0" >>files
	{ echo .; sed 's|[^/]*$||' order; } | awk -F/ '{ p = ""; for (i = 1; i < NF; i++) { p = p "/" $i; if (!(p in s)) { s[p]; print "dir /modules" p " 0755 0 0" } } }' >>files
	while read -r m; do echo "file /modules/$m $modules/$m 0644 0 0"; done <order >>files
fi`;

/** The run itself. */
export function bootPart({ run, cmdline, image, system }: StepByHand): string {
  if (run === null) {
    return comment(
      "7. The machine is none that can be started from here. Have it boot",
      `the kernel ${names.out}/${image} with the initramfs ${names.initramfs}, and these words:`,
      cmdline,
    );
  }
  return [
    comment("7. The run: its console is printed, and kept in console.txt."),
    `${command(["timeout", "-k", "1", `${run.deadline ?? 60}`, ...processWords(run, system)])} \\
	</dev/null | tee console.txt`,
  ].join("\n");
}

/** How a sandboxed process is started by hand. */
function processWords(spec: ProcessSpec, system: SystemFolders): string[] {
  const { command: program, args, env = {}, sandbox = { mounts: [] }, cwd = "/tmp" } = spec;
  const variables = Object.entries({ PATH: sandboxPath, ...env });
  return [
    ...["env", "-i", ...variables.map(([name, value]) => `${name}=${value}`)],
    ...["bwrap", ...isolationArguments(system), ...placeArguments(sandbox, cwd), "--"],
    ...[program, ...args],
  ];
}
