import type { OfflineFacts } from '../../model/index.ts';
import { readBase64 } from '../encoding/base64.ts';
import { readMacaroon } from '../encoding/macaroon.ts';
import type { FactReader } from '../fact-reader.ts';
import { epochSeconds } from '../encoding/epoch.ts';

/** Caveat tags of warehouse/macaroons/caveats: `[tag, …]` as JSON; the first form was an object with `permissions`. */
const TAG = { expiry: 0, projectNames: 1, projectIds: 2, user: 3, publisher: 4 } as const;

export const factReader: FactReader = {
  id: 'pypi',
  reads: 'location, token id, and the caveats of warehouse: expiry (tag 0), project names (1), project ids (2), user (3), publisher (4). Without an expiry caveat it never expires, without a project caveat it holds for the whole account.',
  read: (token) => {
    const bytes = readBase64(token.slice(token.indexOf('-') + 1));
    const macaroon = bytes === undefined ? undefined : readMacaroon(bytes);
    if (macaroon === undefined) return undefined;
    let expiresAt: Date | 'never' = 'never';
    let subject: string | undefined;
    const scopes: string[] = [];
    for (const caveat of macaroon.caveats) {
      const value = parse(caveat.toString('utf8'));
      if (!Array.isArray(value)) {
        for (const name of oldProjects(value)) scopes.push(`project:${name}`);
        continue;
      }
      const [tag, first] = value as readonly unknown[];
      if (tag === TAG.expiry) expiresAt = earlier(expiresAt, epochSeconds(first));
      else if (tag === TAG.projectNames && Array.isArray(first)) scopes.push(...first.map((name) => `project:${String(name).slice(0, 100)}`));
      else if (tag === TAG.projectIds && Array.isArray(first)) scopes.push(...first.map((id) => `project-id:${String(id).slice(0, 100)}`));
      else if (tag === TAG.user) subject = String(first).slice(0, 100);
      else if (tag === TAG.publisher) subject = `publisher:${String(first).slice(0, 100)}`;
    }
    return facts(macaroon.location, expiresAt, subject, scopes);
  },
};

function facts(location: string, expiresAt: Date | 'never', subject: string | undefined, scopes: readonly string[]): OfflineFacts {
  return {
    expiresAt,
    ...(subject === undefined ? {} : { subject }),
    scopes: scopes.length === 0 ? ['user'] : scopes.slice(0, 100),
    ...(location === '' ? {} : { notes: { location: location.slice(0, 100) } }),
  };
}

/** Two expiry caveats: both must hold. */
function earlier(a: Date | 'never', b: Date | undefined): Date | 'never' {
  if (b === undefined) return a;
  return a === 'never' || b < a ? b : a;
}

/** `{"version": 1, "permissions": {"projects": ["name"]}}`; permissions `"user"` is the whole account. */
function oldProjects(value: unknown): readonly string[] {
  const permissions = (value as { readonly permissions?: { readonly projects?: unknown } } | null)?.permissions;
  const projects = typeof permissions === 'object' && permissions !== null ? permissions.projects : undefined;
  return Array.isArray(projects) ? projects.map((name) => String(name).slice(0, 100)) : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
