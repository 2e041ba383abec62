import { gitPolicy } from "../git/git-policy.ts";
import type { Policy } from "../policy.ts";
import { rules2022 } from "./rules-2022.ts";
import { rules2026 } from "./rules-2026.ts";

/** How syzbot bisected in 2022: `git bisect`, with {@link rules2022} around it. */
export const syzbot2022: Policy = { ...gitPolicy, name: "syzbot-2022", rules: rules2022 };

/** How syzbot bisects in 2026: `git bisect`, with {@link rules2026} around it. */
export const syzbot2026: Policy = { ...gitPolicy, name: "syzbot-2026", rules: rules2026 };
