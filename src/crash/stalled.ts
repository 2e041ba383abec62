/**
 * Which function stands for a loop. A stall is noticed at a random place of the looping code, so the
 * innermost function differs from run to run; the function that the dispatching layer called (a system
 * call's body, a file or protocol operation, a work item) stays the same.
 */

/** Functions that dispatch: what they called is the function that stands for the loop. */
const dispatchers =
  /^(?:do_syscall_.*|do_fast_syscall_.*|entry_SYSCALL_.*|entry_INT80.*|x64_sys_call|ia32_sys_call|el0_svc.*|do_el0_svc.*|invoke_syscall|__invoke_syscall|syscall_.*|ret_fast_syscall|handle_syscall|do_vfs_ioctl|vfs_ioctl|ksys_ioctl|(?:__x64_|__se_|__do_|__arm64_)?sys_ioctl|SyS_ioctl|vfs_write|__vfs_write|vfs_read|__vfs_read|do_iter_.*|new_sync_(?:read|write)|call_(?:read|write)_iter|do_loop_readv_writev|__fput|task_work_run|do_dentry_open|vfs_open|process_one_work|worker_thread|kthread|ret_from_fork.*|rtnetlink_rcv_msg|nfnetlink_rcv_msg|genl_lock_dumpit|netlink_dump|sock_common_setsockopt|sock_close|__sock_release|sock_release|sock_ioctl|sock_do_ioctl|blkdev_ioctl|sock_sendmsg.*|____sys_sendmsg|___sys_sendmsg|sock_recvmsg.*|__sys_(?:sendto|setsockopt|getsockopt|connect|bind|accept4|sendmsg)|__?netif_receive_skb.*|process_backlog|net_rx_action|deliver_skb|mmap_region|do_mmap|call_timer_fn|__run_timers|run_timer_softirq|do_one_initcall|mount_fs|vfs_get_tree|legacy_get_tree)$/;

/** Waiting for another CPU to answer: that CPU is the one that loops, whoever waits. */
const crossCall = /^smp_call_function_/;

/** Where an interrupt of the timer enters the kernel: the frame below is what it interrupted. */
const entry =
  /^(?:.*apic_timer_interrupt|.*sysvec_apic.*|asm_sysvec_.*|apic_timer.*|smp_apic_timer.*|__irq_svc|el1_irq.*|el1_interrupt|el1h_64_irq.*|arm64_preempt.*|interrupt_entry|ret_from_intr|common_interrupt|do_interrupt.*|hard_handler|sig_handler)$/;

/**
 * The part of `frames` (innermost first) that was interrupted: what is below the timer's frames; null
 * where no timer interrupted it, as in the dump of another task.
 */
export function interrupted(frames: readonly string[]): readonly string[] | null {
  const first = frames.findIndex((name) => entry.test(name));
  if (first === -1) return null;
  let below = first;
  while (entry.test(frames[below] ?? "")) below++;
  return frames.slice(below);
}

/**
 * The function that stands for the loop of `frames` (innermost first): the one that the innermost
 * dispatcher called, or the innermost function where nothing dispatched; null without frames.
 */
export function loopOf(frames: readonly string[]): string | null {
  const waiter = frames.find((name) => crossCall.test(name));
  if (waiter !== undefined) return waiter;
  const below = frames.findIndex((name) => dispatchers.test(name));
  if (below > 0) return frames[below - 1] ?? null;
  return frames.find((name) => !dispatchers.test(name)) ?? frames[0] ?? null;
}
