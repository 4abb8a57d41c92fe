import { readBase64 } from '../encoding/base64.ts';
import { placeholderReason } from '../placeholder.ts';
import type { Validator } from '../validator.ts';

const PREFIX = 'ops_';

export const validator: Validator = {
  id: 'op-service-account',
  demands: 'No placeholder. High confidence when the body decodes to the JSON object that 1Password puts there (sign-in address, account e-mail), medium otherwise.',
  judge: ({ value }) => {
    const reason = placeholderReason(value.slice(PREFIX.length));
    if (reason !== undefined) return { keep: false, features: { value: reason } };
    const claims = objectOf(value.slice(PREFIX.length));
    if (claims === undefined) return { keep: true, confidence: 'medium', features: { body: 'does not decode' } };
    const address = text(claims['signInAddress']);
    const subject = text(claims['email']);
    return {
      keep: true,
      confidence: 'high',
      features: { body: 'decodes' },
      facts: { ...(address === undefined ? {} : { issuerUrl: address }), ...(subject === undefined ? {} : { subject }) },
    };
  },
};

function objectOf(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(readBase64(body)?.toString('utf8') ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 200).replace(/[\u0000-\u001f\u007f]/g, ' ') : undefined;
}
