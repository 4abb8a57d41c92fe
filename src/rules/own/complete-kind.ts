import { requiredLiterals } from '../pattern/required-literals.ts';
import type { KindEntry } from '../rule-file-types.ts';
import type { OwnKind } from './own-kind.ts';

/** Issuer of own rules that name none. */
export const OWN_ISSUER = 'own';

/** Fills in what an own kind does not say. `anchors` stay empty where none can be derived. Throws the parser's SyntaxError for a broken pattern. */
export function completeKind(kind: OwnKind): KindEntry {
  const { issuer: _issuer, override: _override, except: _except, ...given } = kind;
  return {
    name: kind.id,
    type: 'api-key',
    lifetime: 'persistent',
    confidence: 'medium',
    opens: 'Not described: this is a rule of your own.',
    'revoke-by-hand': 'Not described: this is a rule of your own. Ask whoever issues such tokens.',
    references: [],
    examples: [],
    'near-misses': [],
    ...given,
    anchors: given.anchors ?? (kind.paths === undefined ? requiredLiterals(kind.pattern, kind.flags ?? '') : undefined) ?? [],
  };
}
