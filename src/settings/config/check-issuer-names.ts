import { nameMatcher } from '../../lib/glob.ts';
import { nearest } from '../../lib/nearest.ts';
import { nameOf } from './explain-errors.ts';
import type { LoadedConfig } from './load-config.ts';
import { textsBelow } from './named-texts.ts';
import { configError, shownKey, type Problem } from './problem.ts';

/**
 * Issuers that the policy names and nobody knows: an exception with a typing error would hold for nothing in silence.
 * Known are the catalogue's issuers and the configured stores; a pattern must fit one of them. Throws
 * `CONFIG_UNKNOWN_ISSUER` with place and nearest spelling.
 */
export function checkIssuerNames(config: LoadedConfig, catalogue: readonly string[]): void {
  const stores = config.data.stores ?? [];
  const known = [...new Set([...catalogue, ...stores.map(({ id }) => id)])];
  const named = [...textsBelow(config.data.policy, 'issuer', ['policy']), ...textsBelow(config.data.owners, 'issuer', ['owners']), ...textsBelow(config.data.tokens, 'issuer', ['tokens']), ...textsBelow(config.data.respond, 'issuer', ['respond']), ...(config.data.respond?.issuers ?? []).map((text, index) => ({ path: ['respond', 'issuers', index], text }))];
  const problems = named.flatMap(({ path, text }): readonly Problem[] => {
    if (known.some(nameMatcher(text))) return [];
    const at = { at: config.positionOf(path), ...(config.fileOf === undefined ? {} : { file: config.fileOf(path) }), code: 'CONFIG_UNKNOWN_ISSUER' };
    if (text.includes('*')) return [{ ...at, message: `${nameOf(path)}: no issuer or store fits this pattern`, hint: 'see "tokenwarden rules list"' }];
    const ofType = stores.find(({ type }) => type === text);
    const meant = nearest(text, known);
    const hint = ofType === undefined ? (meant === undefined ? 'see "tokenwarden rules list"' : `did you mean \`${meant}\`?`) : `that is a type of stores: name the store, ${shownKey(ofType.id)}`;
    return [{ ...at, message: `${nameOf(path)}: no issuer or store is called ${shownKey(text)}`, hint }];
  });
  if (problems.length > 0) throw configError(config.file, problems);
}
