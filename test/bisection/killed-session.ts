// One session that is killed as soon as something new is on disk; exits 0 once nothing is left to do.
import { flushCompileCache } from "node:module";
import { cutStory } from "./cut-story.ts";
import { goOn } from "./drive-story.ts";

const folder = process.argv[2] ?? "";
await goOn(cutStory, folder, (journal) => ({
  get events() {
    return journal.events;
  },
  async append(body) {
    const event = await journal.append(body);
    // A session that dies each time it begins something would never get on; those ends are tested apart.
    if (body.kind === "build-started" || body.kind === "run-started") return event;
    // The next session has less to compile.
    flushCompileCache();
    process.kill(process.pid, "SIGKILL");
    return new Promise(() => {});
  },
  close: () => journal.close(),
}));
