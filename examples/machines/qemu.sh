#!/bin/sh
# QEMU as a machine of the type `command`: a board of your own choice, in the sandbox.
#
#   machine:
#     type: command
#     run: [sh, $INPUTS/qemu.sh]
#     files: [qemu.sh]
#     memory: 512M
#     cmdline: console=ttyS0 panic_on_warn=1 FIRSTBAD_END=restart
set -eu

# `-no-reboot`: the restart after a panic, or at the end of our init, ends QEMU.
exec qemu-system-x86_64 -machine pc -accel tcg -cpu max -m "$((FIRSTBAD_MEMORY / 1048576))M" \
	-kernel "$FIRSTBAD_KERNEL" -initrd "$FIRSTBAD_INITRAMFS" -append "$FIRSTBAD_CMDLINE" \
	-nodefaults -no-user-config -display none -serial stdio -monitor none -no-reboot </dev/null
