/** The tables lie at `TABLES_AT` of `src/detect/engine/prefilter.ts` and begin with the filter: an address known now saves an addition for each byte. */
export const FILTER: usize = 65536;

// Addresses of tables, set once by `configure`.
export let buckets: usize = 0;
export let bucketMask: u32 = 0;
export let lists: usize = 0;
export let anchors: usize = 0;
export let classes: usize = 0;
export let alphabets: usize = 0;
export let out: usize = 0;
export let outEnd: usize = 0;

/** Where a pass stopped because the output was full; equal to its `end` otherwise. */
export let resumeAt: usize = 0;

export function layOut(bucketsAt: usize, mask: u32, listsAt: usize, anchorsAt: usize, classesAt: usize, alphabetsAt: usize, outAt: usize, capacity: u32): void {
  buckets = bucketsAt;
  bucketMask = mask;
  lists = listsAt;
  anchors = anchorsAt;
  classes = classesAt;
  alphabets = alphabetsAt;
  out = outAt;
  outEnd = outAt + <usize>capacity * 8;
}

export function stopAt(address: usize): void {
  resumeAt = address;
}
