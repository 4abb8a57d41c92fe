import type { OfflineFacts } from '../../model/index.ts';
import { readBase64 } from './base64.ts';

export interface Sas {
  readonly parameters: ReadonlyMap<string, string>;
  readonly facts: OfflineFacts;
}

/** A shared access signature: a query with a version, an end or a stored policy, and a 32-byte signature; else undefined. */
export function readSas(query: string): Sas | undefined {
  const parameters = new Map<string, string>();
  for (const part of query.replace(/&amp;|\\u0026/g, '&').split('&')) {
    const equals = part.indexOf('=');
    if (equals > 0) parameters.set(part.slice(0, equals), decode(part.slice(equals + 1)));
  }
  const version = parameters.get('sv');
  const signature = readBase64(parameters.get('sig') ?? '');
  const bounded = parameters.has('se') || parameters.has('si');
  if (version === undefined || !/^20\d\d-\d\d-\d\d$/.test(version) || signature?.length !== 32 || !bounded) return undefined;
  return { parameters, facts: factsOf(parameters) };
}

function factsOf(parameters: ReadonlyMap<string, string>): OfflineFacts {
  const expiresAt = instant(parameters.get('se'));
  const issuedAt = instant(parameters.get('st'));
  const permissions = parameters.get('sp');
  const subject = parameters.get('skoid');
  const notes = Object.fromEntries(['sr', 'ss', 'srt', 'spr', 'sip', 'si', 'sv', 'sktid'].flatMap((name) => (parameters.has(name) ? [[name, (parameters.get(name) ?? '').slice(0, 100)]] : [])));
  return {
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(issuedAt === undefined ? {} : { issuedAt }),
    ...(permissions === undefined || !/^[a-z]{1,20}$/.test(permissions) ? {} : { scopes: [...permissions] }),
    ...(subject === undefined ? {} : { subject: subject.slice(0, 100) }),
    notes,
  };
}

/** `2026-01-31`, `2026-01-31T10:00Z`, `2026-01-31T10:00:00Z`; UTC. */
function instant(text: string | undefined): Date | undefined {
  const [, date, time] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?Z)?$/.exec(text ?? '') ?? [];
  if (date === undefined) return undefined;
  const parsed = new Date(`${date}T${time === undefined ? '00:00:00' : time.length === 5 ? `${time}:00` : time}Z`);
  return Number.isNaN(parsed.getTime()) ? undefined : parsed;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
