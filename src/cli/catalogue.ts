import { ASSETS } from '../assets.ts';
import { listOf, nearest } from '../lib/nearest.ts';
import { printable } from '../lib/printable.ts';
import { WardenError, type Rule } from '../model/index.ts';
import type { Catalogue } from '../rules/catalogue.ts';
import { namesOf, readStoredCatalogue, ruleLookup } from '../rules/stored-catalogue.ts';

/** The catalogue that was compiled at build time. */
export function readCatalogue(): Catalogue {
  try {
    return readStoredCatalogue(ASSETS.catalogue);
  } catch (error) {
    throw new WardenError('INSTALLATION', 'the rule catalogue of this installation is missing or damaged', { hint: 'install tokenwarden again; inside a clone: npm run build', cause: error });
  }
}

/** The rule of an id. Throws `RULE_UNKNOWN` with the nearest spelling. */
export function ruleOf(catalogue: Catalogue, id: string): Rule {
  const found = ruleLookup(catalogue).get(id);
  if (found !== undefined) return found;
  const { ids } = namesOf(catalogue);
  const ofIssuer = catalogue.rules.filter((rule) => rule.issuer === id).map((rule) => rule.id);
  const meant = nearest(id, ids);
  const hint = ofIssuer.length > 0 ? `rules of this issuer: ${listOf(ofIssuer, 20)}` : meant === undefined ? 'see "tokenwarden rules list"' : `did you mean ${meant}?`;
  throw new WardenError('RULE_UNKNOWN', `no rule has the id ${/^[a-z0-9-]{1,40}$/i.test(id) ? printable(id) : 'that was given'}`, { hint });
}
