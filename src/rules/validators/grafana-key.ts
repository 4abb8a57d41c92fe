import type { OfflineFacts } from '../../model/index.ts';
import { readBase64 } from '../encoding/base64.ts';
import { placeholderReason } from '../placeholder.ts';
import type { Validator } from '../validator.ts';

/** What `glc_` tokens and the older API keys hold: organization, name, key, metadata or id. */
interface Payload {
  readonly o?: unknown;
  readonly n?: unknown;
  readonly k?: unknown;
  readonly m?: { readonly r?: unknown } | null;
  readonly id?: unknown;
}

export const validator: Validator = {
  id: 'grafana-key',
  demands: 'Base64 of a JSON object with a key (k) and a name (n). What does not decode is kept with medium confidence behind `glc_` and dropped otherwise.',
  judge: ({ value }) => {
    const isCloud = value.startsWith('glc_');
    const body = isCloud ? value.slice('glc_'.length) : value;
    const payload = readPayload(body);
    if (payload === undefined) {
      const reason = placeholderReason(body);
      if (!isCloud || reason !== undefined) return { keep: false, features: { payload: reason ?? 'does not decode' } };
      return { keep: true, confidence: 'medium', features: { payload: 'does not decode' } };
    }
    if (typeof payload.k !== 'string' || placeholderReason(payload.k) !== undefined) return { keep: false, features: { payload: 'holds no key' } };
    return { keep: true, features: { payload: 'decodes' }, facts: factsOf(payload) };
  },
};

function factsOf(payload: Payload): OfflineFacts {
  const organization = text(payload.o) ?? text(payload.id);
  const region = text(payload.m?.r);
  const name = text(payload.n);
  const notes = { ...(organization === undefined ? {} : { organization }), ...(region === undefined ? {} : { region }) };
  return { ...(name === undefined ? {} : { subject: name }), ...(Object.keys(notes).length === 0 ? {} : { notes }) };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 100) : undefined;
}

function readPayload(body: string): Payload | undefined {
  try {
    const value: unknown = JSON.parse(readBase64(body)?.toString('utf8') ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
