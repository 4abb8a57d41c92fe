import { describe, expect, it } from 'vitest';
import type { OrganizationFinding } from '../../../src/model/index.ts';
import { readQuery } from '../../../src/organization/query.ts';

const at = (place: string, places = 1, more: readonly string[] = []): OrganizationFinding => ({ repositories: [{ name: 'acme/a', place, places, ...(more.length === 0 ? {} : { more }) }] }) as unknown as OrganizationFinding;
const fits = (query: string, finding: OrganizationFinding): boolean | undefined => readQuery(query)?.(finding);

describe('a query by place, after which a decision counts for every place', () => {
  it('takes a credential only if all its places fit, those after the first, too', () => {
    expect(fits('place=legacy/*', at('legacy/a:1:1'))).toBe(true);
    expect(fits('place=legacy/*', at('legacy/a:1:1', 2, ['legacy/b:1:1']))).toBe(true);
    expect(fits('place=legacy/*', at('legacy/a:1:1', 2, ['services/b:1:1']))).toBe(false);
    expect(fits('place!=legacy/*', at('services/a:1:1', 2, ['legacy/b:1:1']))).toBe(false);
  });

  it('takes none with places that the report does not have, whichever way it is asked', () => {
    const untold = at('legacy/a:1:1', 80, ['legacy/b:1:1']);
    expect([fits('place=legacy/*', untold), fits('place!=services/*', untold), fits('place=*', untold)]).toEqual([false, false, true]);
  });
});
