import { expect, test } from "vitest";
import { GuestMarkers } from "../../src/crash/guest-markers.ts";
import { RunWatch } from "../../src/machine/run-watch.ts";

const earlier = [
  "firstbad: run 1111",
  "firstbad: init",
  "firstbad: reproducer started",
  "BUG: KASAN: slab-use-after-free in f+0x1/0x2",
  "firstbad: done",
  "",
].join("\n");
const own = "\nfirstbad: run 2222\nfirstbad: init\nfirstbad: reproducer started\n";

test("what was said before a run's token is none of it", () => {
  const markers = new GuestMarkers("2222");
  markers.push(Buffer.from(earlier));
  expect(markers.progress).toMatchObject({ init: false, started: null, done: false });
  markers.push(Buffer.from(own));
  expect(markers.progress).toMatchObject({
    init: true,
    started: earlier.length + own.length,
    done: false,
  });
});

test("a shared console is watched until its guest is done, and not for the crashes of others", () => {
  const watch = new RunWatch(1e6, "2222");
  watch.push(Buffer.from(earlier), 0);
  expect(watch.stop(1000)).toBeNull();
  watch.push(Buffer.from(own), 1001);
  expect(watch.stop(2000)).toBeNull();
  watch.push(Buffer.from("firstbad: done\n"), 2001);
  expect(watch.stop(2001)).toBe("done");
});

test("a shared console is bounded as others are", () => {
  const watch = new RunWatch(100, "2222");
  watch.push(Buffer.alloc(101, "x"), 0);
  expect(watch.stop(0)).toBe("flooded");
});
