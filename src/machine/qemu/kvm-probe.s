# A boot sector that goes through real and protected to long mode, counts there to twenty million, and
# leaves by the debug exit port with 0x10, which QEMU turns into its exit code 33. A processor takes some
# milliseconds for it. `kvm-probe.ts` has it as bytes; a test assembles this file and compares.
	.code16
	.globl	_start
_start:	cli
	xorw	%ax, %ax
	movw	%ax, %ds
	lgdtl	table
	movl	%cr0, %eax
	orb	$1, %al			# protection on
	movl	%eax, %cr0
	ljmp	$0x08, $protected

	.code32
protected:
	movw	$0x10, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movl	$0x1000, %edi		# three page tables, 0x1000 to 0x3fff
	xorl	%eax, %eax
	movl	$0xc00, %ecx
	cld
	rep stosl
	movl	$0x2003, 0x1000
	movl	$0x3003, 0x2000
	movl	$0x83, 0x3000		# the first 2 MiB at their own address
	movl	$0x1000, %eax
	movl	%eax, %cr3
	movl	$0x20, %eax		# physical address extension
	movl	%eax, %cr4
	movl	$0xc0000080, %ecx
	rdmsr
	orl	$0x100, %eax		# long mode
	wrmsr
	movl	%cr0, %eax
	orl	$0x80000000, %eax	# paging
	movl	%eax, %cr0
	ljmp	$0x18, $long

	.code64
long:	movl	$20000000, %ecx
1:	decl	%ecx
	jnz	1b
	movb	$0x10, %al
	outb	%al, $0xf4
2:	hlt
	jmp	2b

	.balign	8
segments:
	.quad	0
	.quad	0x00cf9a000000ffff	# 0x08: 32-bit code
	.quad	0x00cf92000000ffff	# 0x10: data
	.quad	0x00af9a000000ffff	# 0x18: 64-bit code
table:	.word	. - segments - 1
	.long	segments
	.org	510
	.word	0xaa55
