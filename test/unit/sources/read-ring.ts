/** The other thread of a test: reads a ring to its end and tells what came. */
import { parentPort, workerData } from 'node:worker_threads';
import { readRing } from '../../../src/sources/stream/ring.ts';

const read = readRing(workerData as SharedArrayBuffer);
const window = new Uint8Array(1777);
let bytes = 0;
let sum = 0;
for (let count = await read(window); count > 0; count = await read(window)) {
  bytes += count;
  for (const byte of window.subarray(0, count)) sum += byte;
}
parentPort?.postMessage({ bytes, sum });
