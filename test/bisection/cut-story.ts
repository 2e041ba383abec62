import type { Story } from "./drive-story.ts";
import { history, kernelsWith } from "./kernels.ts";

/** Releases walked back, a commit that does not build, one with another crash, merges, a flaky bug. */
export const cutStory: Story = {
  history,
  crashes: "a9",
  runs: 5,
  script: kernelsWith("a3", { broken: ["u2"], foreign: ["t1"], rate: 0.8 }),
};
