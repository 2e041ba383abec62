/** Functions and places that are on many stacks and none of the program's own. */
const functions: readonly RegExp[] = [
  // A sanitizer's interceptors and its own code.
  /^_{2,3}interceptor_/,
  /^__(?:a|hwa|l|m|t|ub|df|rt)san(?:_|::)/,
  /^__(?:sanitizer|interception|ubsan|cfi|sancov)/,
  // Allocators, of C, C++ and GLib, and the wrappers that exit when memory runs out.
  /^(?:__libc_)?(?:malloc|calloc|realloc|reallocarray|free|cfree|memalign|valloc|pvalloc|posix_memalign|aligned_alloc|mmap|munmap)$/,
  /^operator (?:new|delete)/,
  /^(?:g|x)_?(?:malloc|malloc0|calloc|realloc|strdup|strndup|free|memdup)(?:_n)?$/,
  // Copying, printing and parsing of the C library: the caller gave it the bad pointer.
  /^(?:__GI_)*_*(?:mem|str|wcs|wmem|str[nl]?)(?:cpy|pcpy|move|set|cmp|chr|rchr|len|nlen|cat|dup|ndup|str|casecmp|ncasecmp|ncpy|ncat|ncmp|spn|cspn|pbrk|tok|tok_r|sep|mem|ccpy|coll|xfrm|tol|toll|toul|toull|tod|tof)(?:_chk|_r)?(?:_(?:sse|avx|evex|erms|neon|unaligned)[a-z0-9_]*)?$/,
  /^_*v?(?:f|s|sn|as|d)?(?:w?printf|w?scanf)(?:_chk|_internal)?$/,
  /^(?:atoi|atol|atoll|atof|qsort(?:_r)?|bsearch|bcopy|bzero|bcmp|fread|fwrite|fgets|fputs|puts|read|write|recv|send|recvmsg|sendmsg)$/,
  // Dying, starting and threads.
  /^(?:__GI_)*_*(?:raise|abort|exit|assert_fail|assert_fail_base|assert_perror_fail|fortify_fail|chk_fail|stack_chk_fail|libc_message|libc_start_main|libc_start_call_main|libc_start_main_impl|start_thread|clone[0-9]?|pthread_kill|pthread_kill_implementation|pthread_kill_internal|start|cxa_throw|cxa_finalize|run_exit_handlers|restore_rt|sigaction)$/,
  /^pthread_/,
  // The C++ and Rust libraries.
  /^(?:std|__gnu_cxx|__cxxabiv1|__cxa|__gnu_debug)::/,
  /^(?:core|alloc|test|backtrace|__rustc|std_detect)::/,
  /^<(?:&|mut |dyn |\[|\*const |\*mut )*(?:alloc|core|std)::/,
  /^<(?:[A-Z]|\[[A-Z]\]|[iuf](?:8|16|32|64|128|size)|str|bool|char|\(\)) as (?:alloc|core|std)::/,
  /^(?:_?rust_begin_unwind|__rust_|rust_panic|__rg_|lang_start)/,
];

/** Sources and modules of sanitizers, of the C library and of C++'s headers. */
const places =
  /(?:^|\/)lib(?:asan|hwasan|lsan|msan|tsan|ubsan|clang_rt)[.\-_]|\/(?:libsanitizer|compiler-rt)\/|\/sanitizer_common\/|(?:^|\/)(?:libc|libm|libpthread|ld-linux[^/]*|ld-musl[^/]*|libstdc\+\+|libc\+\+)[.-][^/]*$|\/(?:sysdeps|nptl|csu)\/|\/include\/c\+\+\/|^\/rustc\//;

/** Whether a frame belongs to a runtime or a library that every program has. */
export function isRuntime(name: string, place: string): boolean {
  return places.test(place) || functions.some((what) => what.test(name));
}
