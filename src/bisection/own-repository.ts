import { join } from "node:path";
import { openRepository, type Repository } from "../history/repository.ts";
import { readJob } from "../job/read.ts";
import { targetOf } from "../job/target.ts";
import { jobFile } from "./inputs.ts";

/** The repository that the bisection in `folder` is of. Throws where it is not there any more. */
export async function repositoryOf(folder: string): Promise<Repository> {
  return openRepository(targetOf(await readJob(join(folder, jobFile))).repo, {});
}
