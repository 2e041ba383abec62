// Where a process begins. It is JavaScript so that Node need not load what takes the types out of TypeScript, which
// costs 17 MB: the compiled modules that are kept have been through that.
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { cacheFolderOf } from "./cache-folder.js";

// Half of a short command's time goes into reading its own modules. Where they cannot be kept, that is no trouble;
// $NODE_COMPILE_CACHE says another place.
enableCompileCache(join(cacheFolderOf(process.env), "modules"));
await import("./main.ts");
