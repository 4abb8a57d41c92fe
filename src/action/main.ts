import { setTimeout as delay } from 'node:timers/promises';
import { maskedOutput } from '../cli/masked-output.ts';
import { processIo } from '../cli/process-io.ts';
import { act } from './act.ts';

/** How long a finished run may be held open by something that was not closed. */
const LINGER_MS = 2000;

/** The Action itself: `dist/action/main.js` calls this. */
export async function main(): Promise<void> {
  const io = processIo();
  const { output: stderr, settled } = maskedOutput(io.stderr);
  process.exitCode = await act({ io: { ...io, stderr }, sleep: (milliseconds) => delay(milliseconds) });
  await settled();
  setTimeout(() => process.exit(), LINGER_MS).unref();
}
