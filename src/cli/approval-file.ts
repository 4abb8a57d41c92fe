import { appendFile, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { printable } from '../lib/printable.ts';
import { WardenError, type Approval } from '../model/index.ts';
import { readApprovals, writeApproval } from '../respond/approval/index.ts';
import type { Settings } from '../settings/index.ts';
import type { Io } from './io.ts';

/** Where the approvals of a plan lie. */
export function approvalsPath(plan: string, { values }: Settings, { cwd }: Io): string {
  if (values.approvals !== undefined) return values.approvals;
  if (plan === '-') throw new WardenError('USAGE_MISSING_OPTION', 'a plan from standard input has no name, so its approvals have no place', { hint: 'name their file with --approvals FILE' });
  return `${resolve(cwd, plan)}.approvals`;
}

/** The approvals of a file; none where there is no file. Throws `APPROVAL_*`. */
export async function readApprovalFile(path: string): Promise<readonly Approval[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new WardenError('APPROVAL_UNREADABLE', `the approvals ${printable(path)} cannot be read (${error.code ?? 'unknown error'})`);
  });
  return readApprovals(text);
}

export async function appendApproval(path: string, approval: Approval): Promise<void> {
  await appendFile(path, writeApproval(approval), { mode: 0o644 }).catch((error: NodeJS.ErrnoException) => {
    throw new WardenError('OUTPUT_UNWRITABLE', `the approvals ${printable(path)} cannot be written (${error.code ?? 'unknown error'})`);
  });
}
