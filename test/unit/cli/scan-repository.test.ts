import { describe, expect, it } from 'vitest';
import type { RepositoryScan } from '../../../src/cli/organization/scan-repository.ts';
import { scanRepository } from '../../../src/cli/organization/scan-repository.ts';
import type { Job } from '../../../src/inventory/index.ts';
import { WardenError } from '../../../src/model/index.ts';
import { NotNow } from '../../../src/organization/index.ts';

const job: Job = { key: 'run acme/a', run: 'run', target: 'github:acme', name: 'acme/a', facts: '{}', fence: 1, attempt: 1, leaseSeconds: 60 };

/** What becomes of a repository at whose first step this is thrown. */
async function thrownOf(error: unknown, held = new AbortController().signal): Promise<unknown> {
  const forge = { refs: () => Promise.reject(error instanceof Error ? error : new Error(String(error))) };
  return scanRepository(job, held, { forge, retrySeconds: 7 } as unknown as RepositoryScan).then(() => 'nothing', (thrown: unknown) => thrown);
}

describe('a repository whose scan fails', () => {
  it('in a way that nobody foresaw is tried again later, and its words are told to nobody', async () => {
    const thrown = await thrownOf(Object.assign(new TypeError(['password', 'hunter2'].join('=')), { code: 'ENOSPC' }));
    expect(thrown).toBeInstanceOf(NotNow);
    expect(thrown).toMatchObject({ reason: 'failed', message: 'an error that nobody foresaw: TypeError ENOSPC', retryAfterSeconds: 7 });
  });

  it('for a reason of its own is told with it', async () => {
    expect(await thrownOf(new WardenError('GITHUB_REFUSED', 'GitHub answered 500 for acme/a'))).toMatchObject({ reason: 'failed', message: 'GitHub answered 500 for acme/a' });
  });

  it('because the database does, or because it is another’s by now, ends as that', async () => {
    const database = new WardenError('INVENTORY_FULL', 'full');
    expect(await thrownOf(database)).toBe(database);
    const stopped = new Error('stopped');
    expect(await thrownOf(stopped, AbortSignal.abort(stopped))).toBe(stopped);
    const later = new NotNow('unreachable', 'no answer', 3);
    expect(await thrownOf(later)).toBe(later);
  });
});
