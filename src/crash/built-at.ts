/** Where the sandbox shows a tree to what is built and run in it: what these print names files of the tree below it. */
export const builtAt = "/firstbad/src/";
