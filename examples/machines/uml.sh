#!/bin/sh
# User Mode Linux as a machine of the type `command`: in the sandbox it needs nothing of this host.
#
#   machine:
#     type: command
#     run: [sh, $INPUTS/uml.sh]
#     files: [uml.sh]
#     memory: 128M
#     at-once: 2
set -eu

# The kernel is a program. Its memory is a file, which has to lie where programs may be run from.
export TMPDIR=/dev/shm
# Words of the command line are separated by white space alone, so they are split here on purpose.
set -f
# shellcheck disable=SC2086
exec "$FIRSTBAD_KERNEL" $FIRSTBAD_CMDLINE "mem=$((FIRSTBAD_MEMORY / 1024))K" \
	umid=machine "uml_dir=$FIRSTBAD_FOLDER/" "initrd=$FIRSTBAD_INITRAMFS" \
	con=null con0=null,fd:1 console=tty0 </dev/null
