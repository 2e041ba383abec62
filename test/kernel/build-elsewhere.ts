/** A process of its own: builds what it is told, leases the kernel, prints its signature, and waits. */
import { createKernelBuilder } from "../../src/kernel/builder.ts";

const [repository, cache, spec] = process.argv.slice(2);
const builder = await createKernelBuilder({ repository: repository!, cache: cache!, cpus: 2 });
const result = await builder.build(JSON.parse(spec!));
if (result.kind === "built") {
  await builder.files(result.signature);
  console.log(result.signature);
}
setInterval(() => {}, 60_000);
