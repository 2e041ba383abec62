#!/bin/sh
# virtme-ng as a machine of the type `command`. NOT TESTED: there is no virtme-ng where this was written.
# It boots the kernel with this host's file system, read-only, so the reproducer is started from here and the
# lines that firstbad reads are printed here. It needs /dev/kvm and this host's files, hence no sandbox:
#
#   machine:
#     type: command
#     run: [sh, $INPUTS/virtme-ng.sh]
#     files: [virtme-ng.sh]
#     sandbox: false          # and --allow-host
#     memory: 1G
#
# The kernel's configuration must have what `vng --kconfig` asks for.
set -eu

command -v vng >/dev/null || {
	echo "there is no virtme-ng" >&2
	exit 75
}

# What the guest's shell does. A path of a temporary folder may be private to this host: a copy is safe.
cp "$FIRSTBAD_REPRODUCER" "$FIRSTBAD_FOLDER/reproducer"
chmod +x "$FIRSTBAD_FOLDER/reproducer"
cat >"$FIRSTBAD_FOLDER/inside" <<END
printf '\nfirstbad: init\n'
printf '\nfirstbad: reproducer started\n'
cd /tmp && timeout -s KILL "$FIRSTBAD_SECONDS" "$FIRSTBAD_FOLDER/reproducer" </dev/null
printf '\nfirstbad: reproducer exited with status %s\n' "\$?"
sleep 0.1
printf '\nfirstbad: done\n'
END

set --
for word in $FIRSTBAD_CMDLINE; do set -- "$@" --append "$word"; done
# --verbose: the kernel's own console is printed, which is what crashes are read from.
exec vng --run "$FIRSTBAD_KERNEL" --verbose --memory "$((FIRSTBAD_MEMORY / 1048576))M" "$@" \
	--rwdir "$FIRSTBAD_FOLDER" --exec "sh $FIRSTBAD_FOLDER/inside" </dev/null
