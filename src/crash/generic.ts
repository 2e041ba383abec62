/**
 * Functions that appear on top of many unrelated stacks and say nothing about a bug: the reporting
 * machinery and the kernel's toolbox (memory, strings, locks, lists, atomics, counters).
 * The guilty function is the first one that is not generic. Each entry is one group of the kernel's
 * own sources; the groups were checked against where syzbot put the blame in some 3,600 reports.
 */
const groups: readonly string[] = [
  // Printing and dying: lib/dump_stack.c, kernel/panic.c, arch traps, UML's show_stack.
  "_*dump_(?:stack|backtrace|trace).*|show_stack.*|show_trace.*|_?v?printk.*|_dev_(?:warn|err|crit)|_*v?panic(?:_saved_regs)?|nmi_panic|__stack_chk_fail|__?warn.*|warn_slowpath.*|warn_bogus.*|warn_alloc.*|check_panic_on_warn|report_bug|fixup_bug|handle_bug|die|__die|oops_end|do_error_trap|do_trap|do_invalid_op|exc_invalid_op|asm_exc_.*|exc_.*|invalid_op|error_entry|page_fault|do_page_fault|no_context|general_protection|die_addr|page_fault_oops|kernelmode_fixup_or_oops|divide_error|do_divide_error|fault_.*|print_.*|end_report.*|check_bug|bug_handler|brk_handler|do_debug_exception|call_break_hook|el1_.*|el1h_.*|do_mem_abort|do_translation_fault|__do_kernel_fault|die_kernel_fault|do_tag_check_fault|do_bad_area|do_DataAbort|do_undefinstr|rust_begin_unwind|rust_helper_BUG|show_regs|sched_show_task|unwind_backtrace.*|arch_show_.*|nmi_cpu_backtrace|nmi_trigger.*|arch_trigger.*",
  "segv|segv_handler|sig_handler.*|um_set_signals|arch_local_irq_.*|hard_handler|handle_page_fault",
  // Sanitizers: mm/kasan, mm/kmsan, kernel/kcsan, mm/kfence, lib/ubsan.c.
  ".*kasan.*|.*__asan_.*|.*kmsan.*|__msan_.*|.*kcsan.*|__tsan_.*|kfence_.*|__kfence_.*|.*ubsan.*|handle_overflow|__hwasan_.*|__sanitizer_.*|check_memory_region.*|check_region_inline|check_heap_object|check_page_span|check_bogus_address|report_usercopy|usercopy_abort|__check_object_size|check_object_size|__check_heap_object|check_copy_size|save_stack.*|save_trace|set_track|stack_trace_.*|stack_depot_.*|arch_stack_walk|walk_stackframe|unwind_.*|__?instrument_.*|instrument_.*|.*copy_from_kernel_nofault|__read_once.*|__write_once.*|read_word_at_a_time|__(?:read|write)_size",
  // lib/debugobjects.c, lib/refcount.c, lib/kref, lib/ref_tracker.c, percpu counters.
  "debug_(?:object|print|timer|work|hrtimer|rcu_head|spin|init|assert|deactivate|activate|check_no_obj|mutex|check).*|__debug_(?:object|check).*|debug_.*_init|refcount_.*|__refcount_.*|kref_(?:get|put|sub|read).*|ref_tracker_.*",
  // The same, by the name that subsystems give to their own.
  ".*printk.*|.*_panic|.*mem(?:cpy|cmp|set|chr|move).*|.*str(?:n|case|ncase)?cmp.*|.*str[nls]?(?:cpy|cat|len|chr|str|scpy).*|.*string.*|.*pointer.*|.*_?dev_(?:info|notice|warn|err|alert|crit|emerg).*|.*s[cn]?n?printf.*|.*alloc_pages?.*|.*k?v?[mzc]alloc.*|.*(?:folio_alloc|alloc_folio).*|__filemap_get_folio|find_or_create_page|pagecache_get_page|grab_cache_page.*|.*slab_.*|.*(?:raw_)?(?:spin|read|write|mutex)_(?:un)?lock.*|.*(?:down|up)_(?:read|write).*|.*list_(?:add|del|replace|move|splice).*|get_device_parent|devm_device_add_group.*|add_uevent_var|wait_on_page.*|.*assertfail|depot_.*|free_nonslab_page|sysfs_slab_.*|mmap_(?:read|write)_(?:un|try)?lock.*|__pv_queued_.*|unregister_netdevice(?:_many|_queue|_many_notify)?|rollback_registered(?:_many)?|destroy_workqueue",
  // Atomics and bits.
  "(?:raw_|arch_|generic_)?_*atomic(?:64|_long)?_(?:dec|inc|read|set|or|xor|and|add|sub|fetch|xchg|cmpxchg|try|long).*|(?:arch_|constant_|variable_)?_*(?:test|set|clear|change)(?:_and_(?:set|clear|change))?_bit.*|cmpxchg.*|arch_irqs_disabled|native_.*|pv_.*",
  // Locks: kernel/locking.
  "_*lock_(?:acquire|release|downgrade|acquired|contended|set_).*|.*lockdep.*|register_lock_class|check_(?:prev|noncircular|irq_usage|usage|wait_context|lock|deadlock|path|chain|flags).*|validate_chain|mark_(?:lock|held|usage|irqflags).*|valid_state|add_lock_to_list|look_up_lock_class|find_lock.*|match_held_lock|reacquire_held.*|_*(?:raw_|do_raw_)?_?(?:spin|read|write|queued|ticket|mcs|osq|ldsem|seqcount|write_seqcount|raw_seqcount)_?(?:un|try)?(?:lock|spin|trylock|unlock|read|begin|write|lockdep).*|_+raw_(?:spin|read|write)_.*|raw_(?:spin|read|write)_.*|do_raw_.*|_*rt_(?:mutex|spin)_.*|rtlock_.*|_*mutex_.*|__ww_mutex.*|ww_mutex.*|_*(?:down|up)(?:_read|_write|_trylock|_killable|_interruptible|_timeout)?(?:_common|_failed|_nested|_trylock|_killable|_interruptible|_nest_lock)*|rwsem_.*|is_rwsem_.*|call_rwsem_.*|percpu_(?:down|up)_.*|__percpu_(?:down|up)_.*|inode_(?:un)?lock(?:_shared|_nested)?|seqcount_.*|i_mmap_lock.*|reiserfs_write_(?:un)?lock.*|(?:un)?lock_(?:sock|page|buffer).*|trylock_.*|bit_spin_.*|queued_.*|.*local_bh_(?:enable|disable).*|trace_(?:hard|soft)irqs.*",
  // Memory: mm/slab*, mm/page_alloc.c, mm/vmalloc.c, mm/util.c.
  "slab_.*|___?slab_.*|__slab_.*|slub_.*|_*k?v?m?k?v?[mzc]alloc(?:_node|_array|_order|_trace|_large|_slab|_reserve|_noprof|_track_caller|_cache|_node_track_caller|_large_node|_order_trace)*(?:_noprof)?|_*(?:kvm|km|kz|kc|kvz|vz)alloc.*|.*kmalloc.*|_*do_kmalloc.*|_*kmem_cache_(?:alloc|free|create|destroy|shutdown).*|__do_kmem.*|create_cache|do_slab_free|_*k?v?free(?:_sensitive|_bulk|_skb_partial|_const|_rcu|_large|_pages)?|kfree.*|kvfree.*|kzfree|vfree.*|__vunmap|__vfree|krealloc.*|__do_krealloc|_*vmalloc.*|vzalloc.*|__cache_free|___cache_free|cache_free.*|cache_alloc.*|quarantine_.*|kmem_.*|free_(?:large_kmalloc|unref_page.*|pages?|hot_cold.*|pcppages.*|the_page)|__free_(?:pages|one_page|page|slab).*|free_slab|discard_slab|unfreeze_partials|put_cpu_partial|alloc_(?:pages?|slab_page|frozen_pages|vmap).*|__alloc_(?:pages|frozen).*|allocate_slab|new_slab.*|get_page_from_freelist|prep_new_page|post_alloc_hook|memdup_user.*|kmemdup.*|_*kstrdup.*|kvasprintf.*|kasprintf|check_slab.*|object_err|slab_err|on_freelist|should_fail.*|fail_dump|__should_fail.*",
  // Strings and memory blocks: lib/string.c, lib/vsprintf.c, user copies.
  "_*mem(?:cpy|set|move|cmp|chr|scan|zero|_equal|set16|set32|set64)(?:_orig|_erms|64|_avx)?.*|_*str(?:n|l|s|sep|r|case)?(?:n)?(?:cpy|cat|len|cmp|chr|str|dup|casecmp|spn|cspn|chrnul|scpy|sep|pbrk).*|_*fortify_.*|fortify_panic|string|string_nocheck|vs?c?n?printf|sn?printf|scnprintf|vsnprintf|seq_printf|format_decode|widen_string|pointer|(?:ip[46]|ip[46]_addr|mac_address|uuid|hex|symbol|resource|bitmap|escaped|va)_string|.*copy_(?:to|from)_user.*|_*(?:raw_)?copy_(?:to|from)_(?:iter|sockptr).*|_*copy_(?:user|in_user).*|__?arch_copy.*|_*copyout.*|_*copyin.*|_*clear_user.*|_*(?:get|put)_user(?!_pages).*|rep_(?:movs|stos).*|csum_partial.*|crc(?:16|32|_itu|_ccitt|32c).*|hex_dump.*|print_hex.*|bitmap_(?:zero|copy|fill|set|clear|weight|or|and|equal).*|__bitmap_.*|_find_(?:first|next).*|find_(?:first|next).*_bit.*|_*(?:get|put)_unaligned.*|_*(?:le|be)\\d\\d_to_cpu.*|_*cpu_to_(?:le|be).*|__arch_swab.*|__fswab.*|__swab.*|ether_addr_.*|aes_encrypt|aes_decrypt",
  // Containers: lists, trees, ids.
  "_*list_(?:add|del|move|splice|empty|replace|cut).*|_*hlist_(?:add|del|empty|unhashed|nulls).*|_*(?:rb|rbtree|timerqueue)_(?:erase|insert|next|prev|first|find|link|add|last).*|list_lru_.*|_*ida_(?:free|alloc|simple|remove|destroy).*|_*idr_(?:remove|alloc|find|destroy|get).*|_*xas?_(?:start|load|store|find|descend|erase|insert|alloc).*|llist_.*|klist_.*",
  // Wake-ups, work and timers where a stale object shows.
  "__wake_up.*|wake_up(?:_process|_state|_q|_bit|_var)?|try_to_wake_up|complete(?:_all)?|swake_up.*|finish_(?:s)?wait|prepare_to_(?:s)?wait.*|_*prepare_to_swait|wait_for_completion.*|do_wait_for_common|_*wait_for_common|kthread_(?:stop|park)|timer_is_static_object|timer_fixup.*|debug_assert.*|__queue_work|queue_work_on|queue_work|__queue_delayed_work|queue_delayed_work.*|insert_work|try_to_grab_pending|__cancel_work.*|cancel_(?:delayed_)?work.*|__flush_work|start_flush_work|flush_(?:delayed_)?work|is_chained_work|(?:__)?(?:del|mod|try_to_del)_timer.*|detach_timer|get_pwq|set_work.*|work_is_static_object|waitqueue_active|wq_has_sleeper|skwq_has_sleeper",
  // Socket buffers that overflow: net/core/skbuff.c.
  "skb_(?:over_|under_)?panic|skb_put.*|__skb_put.*|skb_push|__skb_push|skb_pull|__skb_pull|sock_hold|sock_put|dev_net|read_pnet|put_page.*|page_ref_.*|folio_ref.*",
  // Reference-dropping wrappers that warn for their callers.
  "usb_submit_urb|usb_start_wait_urb|usb_(?:bulk|control|interrupt)_msg.*|usb_internal_.*|usb_kill_.*urbs?|sysfs_remove_.*|dpm_sysfs_.*|device_(?:add|del|unregister)|_*kobject_(?:del|add)_?.*|i2c_del_adapter|device_for_each_child|proc_register|hlock_class|folio_unlock|(?:un)?lock_page|_?compound_head|__x86_indirect_.*|__raw_(?:read|write)[bwlq]|(?:in|out)[bwl]|perf_t(?:race|p)_.*|_*sk_(?:destruct|free)|proc_create.*|logic_(?:in|out)[bwl]|flush_cpu_slab|init_timer_.*|_*unregister_client|simple_copy_to_iter|aesti_(?:en|de)crypt|console_(?:unlock|trylock|flush).*|_*down_(?:trylock_)?console_sem|.*printk_safe.*|drop_nlink|iput|iput\\.part|kobject_(?:add|put|get|del|init|uevent|release|cleanup).*|refcount_.*|(?:fast_)?dput|mark_buffer_dirty",
  // RCU and scheduling entry points that only report.
  "rcu_(?:read_lock|read_unlock|is_watching|lockdep|lock_acquire|lock_release|note_context|dynticks|force_quiescent|sched_clock|check_callbacks|preempt).*|__rcu_read.*|_*might_(?:sleep|fault|resched|lock).*|___might_sleep|_*cond_resched.*|__schedule_bug|preempt_count_(?:add|sub).*|preempt_schedule.*|check_preemption_disabled|__this_cpu_preempt_check|debug_smp_processor_id",
];

const generic = new RegExp(`^(?:${groups.join("|")})$`);

/** What the time and the scheduler put on every stack that waits or was interrupted. */
const waiting =
  /^(?:__?schedule|schedule(?:_.*)?|context_switch|__switch_to.*|_*(?:cond_)?wait_for_.*|_*wait_on_.*|do_wait_.*|_*wait_.*event.*|io_schedule.*|bit_wait.*|_*down.*|rwsem_.*|_*mutex_lock.*|_*lock_sock.*|.*freezable.*|prepare_to_wait.*|out_of_line_wait.*|rt_mutex_.*|percpu_.*|__percpu_.*|preempt_.*|_*flush_.*work.*|flush_workqueue|__flush_workqueue|drain_workqueue|.*fdatawait.*|_*do_read_cache_.*|console_lock|folio_wait.*|folio_lock|__?folio_lock.*|kthread_(?:stop|park)|usleep_.*|msleep.*|call_rwsem_.*|common_nsleep|do_nanosleep|poll_schedule.*|_*lock_page.*|__wait_rcu_gp|_*get_user_.*|_*cancel_.*work_sync|_*inode_(?:lock|wait).*|sleep_on_page|__?jbd2_wait.*|down_.*|_raw_.*|.*_trylock.*|.*_(?:queue_wait|iowait|wait_commit|wait_and_kill|wait_for_completion)|.*rwsem.*|rtnl_lock.*|_*lock_buffer|fuse_lock_inode|console_conditional_schedule)$/;

/** Answers for names that were asked for, which are the same few thousand in most consoles; bounded. */
const known = new Map<string, boolean>();
const mostKnown = 20_000;

/** True where `name` says nothing about a bug: reporting machinery or the kernel's toolbox. */
export function isGeneric(name: string): boolean {
  const before = known.get(name);
  if (before !== undefined) return before;
  if (known.size >= mostKnown) known.clear();
  const answer = generic.test(name);
  // A copy: a part of a long string keeps all of it in memory.
  known.set(Buffer.from(name, "latin1").toString("latin1"), answer);
  return answer;
}

/** How every stack ends: entry into the kernel, and what starts a thread. */
const entry =
  /^(?:entry_.*|do_syscall_.*|do_fast_syscall_.*|__do_fast_syscall.*|do_int80.*|x64_sys_call|ia32_sys_call|el0.*|do_el0.*|invoke_syscall|__invoke_syscall|ret_from_fork.*|ret_fast_syscall|system_call.*|syscall_.*|kthread|worker_thread|process_one_work|process_scheduled_works|handle_syscall|userspace|fork_handler|new_thread_handler|start_kernel|secondary_startup.*|x86_64_start.*)$/;

/** True where `name` is on the outer end of every stack of its kind. */
export function isEntry(name: string): boolean {
  return entry.test(name);
}

/** True where a task that sleeps in `name` sleeps for the function that called it. */
export function isWaiting(name: string): boolean {
  return waiting.test(name);
}

/** Families of functions of one purpose that syzbot's titles do not tell apart, and their one name. */
const aliases: readonly (readonly [RegExp, string])[] = [
  [/^smp_call_function_.*$/, "smp_call_function"],
  [
    /^_*synchronize_(?:rcu|srcu|sched)(?:_(?:bh|expedited|normal|mult|tasks|trace|rude))*$/,
    "synchronize_rcu",
  ],
];

/** What the kernel's macros and architectures put before the name of a system call's function. */
const callPrefixes: readonly string[] = [
  "SYSC_",
  "SyS_",
  "compat_SYSC_",
  "compat_SyS_",
  "C_SYSC_",
  "ksys_",
  "__se_",
  "sys_",
  "__x64_",
  "__ia32_",
  "__arm64_",
  "__riscv_",
  "__s390x_",
  "__s390_",
  "__powerpc_",
  "__loongarch_",
];

/**
 * `name` as titles write it, then its other forms: system calls without their prefixes, each of which is
 * taken away once, in the order of the list; families of functions as one name.
 */
export function namesOf(name: string): readonly string[] {
  for (const [what, one] of aliases)
    if (what.test(name)) return one === name ? [name] : [one, name];
  const forms = [name];
  for (const prefix of callPrefixes) {
    const form = forms[0] as string;
    if (form.startsWith(prefix)) forms.unshift(form.slice(prefix.length));
  }
  return forms;
}
