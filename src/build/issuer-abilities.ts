import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ISSUERS } from '../issuers/registry.ts';
import type { Issuer } from '../model/index.ts';

/** What tokenwarden can learn of one kind at its issuer, and do about it. Each is shown by a recorded exchange, or holds for all kinds of the issuer. */
export interface Abilities {
  readonly issuer: Issuer;
  readonly rule: string;
  readonly asked: boolean;
  readonly scopes: boolean;
  readonly expiry: boolean;
  readonly lastUse: boolean;
  readonly revoke: boolean;
  readonly deactivate: boolean;
  readonly rotate: boolean;
  readonly shorten: boolean;
  readonly narrow: boolean;
  readonly listed: boolean;
}

interface Case {
  readonly rule: string;
  readonly expect: { readonly status?: string; readonly facts?: Readonly<Record<string, unknown>>; readonly tokens?: readonly { readonly rule?: string; readonly facts?: Readonly<Record<string, unknown>> }[] };
}

/** Of every kind that an issuer of the registry names, sorted by issuer and rule. `*` (any kind that a store claims) stands for itself. */
export async function readAbilities(root: string): Promise<readonly Abilities[]> {
  const all = await Promise.all(ISSUERS.map(async (issuer) => abilitiesOf(issuer, await readCases(join(root, 'fixtures/issuers', issuer.id)))));
  return all.flat();
}

function abilitiesOf(issuer: Issuer, cases: ReadonlyMap<string, readonly Case[]>): readonly Abilities[] {
  const of = (file: string): readonly Case[] => cases.get(file) ?? [];
  const listed = of('list').flatMap(({ rule, expect }) => (expect.tokens ?? []).map((token) => ({ rule, ...token })));
  return [...issuer.kinds].sort().map((rule): Abilities => {
    const live = of('active').filter((one) => one.rule === rule);
    const tells = (fact: string): boolean => [...live.map(({ expect }) => expect.facts), ...listed.filter((token) => token.rule === rule).map(({ facts }) => facts)].some((facts) => facts !== undefined && fact in facts);
    const done = (file: string, status: string, operation: { readonly particular?: unknown } | undefined): boolean =>
      operation !== undefined && (of(file).some((one) => one.rule === rule && one.expect.status === status) || (operation.particular === undefined && of(file).some(({ expect }) => expect.status === status)));
    return {
      issuer,
      rule,
      asked: live.length > 0,
      scopes: tells('scopes'),
      expiry: tells('exp'),
      lastUse: tells('lastUsedAt'),
      revoke: done('revoke', 'accepted', issuer.revoke),
      deactivate: done('deactivate', 'accepted', issuer.deactivate),
      rotate: done('rotate', 'issued', issuer.rotate),
      shorten: done('shorten', 'accepted', issuer.shorten === undefined ? undefined : { particular: true }),
      narrow: done('narrow', 'accepted', issuer.narrow === undefined ? undefined : { particular: true }),
      listed: issuer.list !== undefined && listed.some((token) => token.rule === rule),
    };
  });
}

async function readCases(folder: string): Promise<ReadonlyMap<string, readonly Case[]>> {
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.json'));
  const read = await Promise.all(files.map(async (file) => [file.replace(/\.json$/, ''), (JSON.parse(await readFile(join(folder, file), 'utf8')) as { readonly cases: readonly Case[] }).cases] as const));
  return new Map(read);
}
