import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/**
 * A stand-in for a kernel tree, small enough to be built in half a second: a real make and a real
 * compiler make a real ELF file of a few functions, and its Makefile honours what a kernel's does for us:
 * `O=`, `ARCH=`, `CC=`, `prepare`, config targets with `KCONFIG_CONFIG` and `KCONFIG_ALLCONFIG`, `linux`, single
 * objects, the log's lines, commands remembered in `.cmd` files, `compile.h`.
 */
const makefile = `
MAKEFLAGS += -rR
Makefile $(srctree)/Makefile $(srctree)/extra.mk: ;
ifeq ($(srctree),)
# As in a kernel: called in the source, works in the build folder.
below = +@$(MAKE) --no-print-directory -C $(O) -f $(CURDIR)/Makefile srctree=$(CURDIR) $@
%config: FORCE
	$(below)
%.o: FORCE
	$(below)
linux modules modules_install prepare: FORCE
	$(below)
FORCE:
.PHONY: FORCE linux modules modules_install prepare
# One build folder, one make in it.
.NOTPARALLEL:
else
assembled := $(patsubst $(srctree)/%.S,%.o,$(wildcard $(srctree)/*/*.S))
objects := $(patsubst $(srctree)/%.c,%.o,$(wildcard $(srctree)/*/*.c)) $(assembled)
# As a kernel's command, dependencies beside it.
compile = $(CC) -g -c -O1 -ffreestanding -fno-pie -fno-asynchronous-unwind-tables -I$(srctree)/include -MMD -o $@ $<
remember = @sh $(srctree)/scripts/remember.sh $@ $< '$(compile)' > $(dir $@).$(notdir $@).cmd
KCONFIG_CONFIG ?= .config

allnoconfig:
	@sh $(srctree)/scripts/conf.sh $(srctree)/Kconfig $(KCONFIG_ALLCONFIG) > $(KCONFIG_CONFIG)
olddefconfig:
	@cp $(KCONFIG_CONFIG) wanted && sh $(srctree)/scripts/conf.sh $(srctree)/Kconfig wanted > $(KCONFIG_CONFIG)
defconfig:
	@cp $(srctree)/arch/defconfig $(KCONFIG_CONFIG)
linux: vmlinux
	@ln -f vmlinux linux
# A kernel's link is done again when the list of its objects has changed.
list: FORCE
	@echo $(objects) | cmp -s - list || echo $(objects) > list
FORCE:
vmlinux: $(objects) list
	@echo "  LD      vmlinux"
	@mkdir -p include/generated
	@echo '#define LINUX_COMPILER "stand-in compiler 1.0"' > include/generated/compile.h
	@rm -f vmlinux.a && ar cDPrST vmlinux.a $(objects)
	@echo 'cmd_vmlinux.a := ar cDPrST vmlinux.a $(objects)' > .vmlinux.a.cmd
	@ld -e start -o vmlinux --whole-archive vmlinux.a
$(filter-out $(assembled),$(objects)): %.o: $(srctree)/%.c .config
	@echo "  CC      $@"
	@mkdir -p $(dir $@)
	@$(compile)
	$(remember)
$(assembled): %.o: $(srctree)/%.S .config
	@echo "  AS      $@"
	@mkdir -p $(dir $@)
	@$(compile)
	$(remember)
-include $(wildcard */*.d)
prepare: .config
modules: vmlinux
	@$(CC) -g -c -O1 -ffreestanding -o one.ko $(srctree)/module.c
modules_install:
	@mkdir -p $(INSTALL_MOD_PATH)/lib/modules/1 && strip --strip-debug -o $(INSTALL_MOD_PATH)/lib/modules/1/one.ko one.ko && ln -s $(srctree) $(INSTALL_MOD_PATH)/lib/modules/1/source
.DELETE_ON_ERROR:
.PHONY: linux modules modules_install prepare
-include $(srctree)/extra.mk
endif
`;

/** Keeps the options that the Kconfig file names, one a line. */
const conf = `echo "# resolved"
while IFS= read -r line; do
  name=\${line%%=*}
  grep -qx "$name" "$1" && printf '%s\\n' "$line"
done < "$2"
exit 0
`;

/** What fixdep makes of a compiler's dependencies: one a line. */
const remember = String.raw`echo "cmd_$1 := $3"
echo
echo "source_$1 := $2"
echo
echo "deps_$1 := \\"
sed -e 's/^[^:]*://' -e 's/\\$//' "\${1%.o}.d" | tr -s ' ' '\n' | sed -n 's/..*/  & \\/p'
`;

const start = {
  Makefile: makefile,
  "scripts/conf.sh": conf,
  "scripts/remember.sh": remember,
  "arch/defconfig": "CONFIG_DEFAULT=y\n",
  Kconfig: "CONFIG_ONE\nCONFIG_DEFAULT\n",
  "module.c": "void a(void); void b(void);\nvoid load(void) { a(); }\n",
  "init/main.c": "int one(int v);\nvoid start(void) { one(1); }\n",
  "fs/one.c": "int one(int v) { return v + 1; }\n",
};

/** A git repository whose commits are trees of that kind. */
export interface FakeTree {
  readonly folder: string;
  readonly repository: string;
  /** Cache folder for builders. */
  readonly cache: string;
  /** Commits the first tree with these files changed; null removes one. Returns the full hash. */
  commit(files?: Readonly<Record<string, string | null>>): string;
  git(...args: string[]): string;
  remove(): void;
}

/** A repository with one commit, in a new temporary folder. */
export function fakeTree(): FakeTree {
  const folder = mkdtempSync(join(tmpdir(), "firstbad-tree-"));
  const repository = join(folder, "linux");
  mkdirSync(repository);
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", repository, "-c", "user.name=A", "-c", "user.email=a@b", ...args], {
      encoding: "utf8",
    }).trim();
  git("init", "--quiet");
  const commit = (files: Readonly<Record<string, string | null>> = {}) => {
    for (const [name, text] of Object.entries({ ...start, ...files })) {
      const path = join(repository, name);
      mkdirSync(dirname(path), { recursive: true });
      if (text === null) rmSync(path);
      else writeFileSync(path, text);
    }
    git("add", "--all", "--force");
    git("commit", "--quiet", "--allow-empty", "--message", "change");
    const hash = git("rev-parse", "HEAD");
    // The next one begins with the first files again.
    git("rm", "--quiet", "-r", "--force", ".");
    return hash;
  };
  const tree: FakeTree = {
    folder,
    repository,
    cache: join(folder, "cache"),
    commit,
    git,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  mkdirSync(tree.cache);
  return tree;
}
