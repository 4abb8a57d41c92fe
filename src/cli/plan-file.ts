import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { printable } from '../lib/printable.ts';
import { WardenError, type Plan } from '../model/index.ts';
import { readPlan } from '../respond/plan/index.ts';
import type { Io } from './io.ts';

const MAX_BYTES = 64 << 20;

/** The plan of a file, or of standard input (`-`). Throws `PLAN_*`. */
export async function readPlanFile(path: string, io: Io): Promise<Plan> {
  if (path === '-') return readPlan(await readAll(io.stdin));
  const file = await open(resolve(io.cwd, path), 'r').catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, error.code);
  });
  try {
    const { size } = await file.stat();
    if (size > MAX_BYTES) throw new WardenError('PLAN_INVALID', `${printable(path)} is over 64 MiB and cannot be a plan`);
    return readPlan(await file.readFile('utf8'));
  } catch (error) {
    if (error instanceof WardenError) throw error;
    throw unreadable(path, (error as NodeJS.ErrnoException).code);
  } finally {
    await file.close();
  }
}

function unreadable(path: string, code: string | undefined): WardenError {
  return new WardenError('PLAN_UNREADABLE', `the plan ${printable(path)} cannot be read (${code ?? 'unknown error'})`, { hint: 'a plan is written by "tokenwarden audit --plan FILE"' });
}
