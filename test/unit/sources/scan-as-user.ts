/** Run by a test as a process of another user: scans the folder named and prints what came of it. */
import { scanTarget } from './scan-target.ts';

const { paths, skips } = await scanTarget(process.argv[2] ?? '');
console.log(JSON.stringify({ paths, skips }));
