// One session that is killed as soon as something new is on disk; exits 0 once nothing is left to do.
import { goOn } from "./drive-story.ts";
import { history, kernelsWith } from "./kernels.ts";

const folder = process.argv[2] ?? "";
const story = {
  history,
  crashes: "a9",
  runs: 5,
  script: kernelsWith("a3", { broken: ["u2"], foreign: ["t1"], rate: 0.8 }),
};
await goOn(story, folder, (journal) => ({
  get events() {
    return journal.events;
  },
  async append(body) {
    const event = await journal.append(body);
    // A session that dies each time it begins something would never get on; those ends are tested apart.
    if (body.kind === "build-started" || body.kind === "run-started") return event;
    process.kill(process.pid, "SIGKILL");
    return new Promise(() => {});
  },
  close: () => journal.close(),
}));
