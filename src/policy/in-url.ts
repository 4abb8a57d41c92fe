import type { Check } from '../model/index.ts';
import { judgeExposure } from './facts/exposure.ts';

/** One place inside a URL is a violation. Kinds that are URLs by nature (webhooks, signed URLs) are not judged. */
export const check: Check<Readonly<Record<string, never>>> = {
  id: 'in-url',
  title: 'The token stands in a URL',
  rationale: 'URLs are written to server logs, proxies, browser histories and referrer headers, and show in process lists.',
  references: ['https://datatracker.ietf.org/doc/html/rfc9700#section-4.3.2', 'https://datatracker.ietf.org/doc/html/rfc6750#section-5.3', 'https://cwe.mitre.org/data/definitions/598.html'],
  schema: { type: 'object', properties: {}, additionalProperties: false },
  defaults: {},
  severity: 'high',
  judge(record) {
    const { tokenType } = record.credential.rule;
    if (tokenType === 'webhook' || tokenType === 'signed-url') return { status: 'notApplicable', why: 'credentials of this kind are URLs' };
    return judgeExposure(record, {
      place: 'in a URL',
      isAt: ({ role }) => role === 'url',
      remedy: 'Send it in an Authorization header or a request body, keep it in a credential helper, and replace it, as logs may hold it already.',
    });
  },
};
