/** An observation that says nothing: what tests of others begin with. */
export const nothing = {
  crashed: 0,
  clean: 0,
  silent: 0,
  untestable: false,
  override: null,
  kernel: null,
} as const;
