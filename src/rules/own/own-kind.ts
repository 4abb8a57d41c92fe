import { KIND_SCHEMA } from '../rule-schema.ts';
import type { KindEntry } from '../rule-file-types.ts';

/** A kind as people write it: an entry of `rules/<issuer>.yml`, of which only id and pattern must be there, and three keys more. */
export interface OwnKind extends Partial<Omit<KindEntry, 'id' | 'pattern'>> {
  readonly id: string;
  readonly pattern: string;
  readonly issuer?: string;
  /** Replaces the built-in rule of the same id. */
  readonly override?: boolean;
  readonly except?: { readonly words?: readonly string[]; readonly patterns?: readonly string[] };
}

/** A file that `rules.files` names. */
export interface OwnRuleFile {
  readonly issuer?: string;
  readonly name?: string;
  readonly kinds: readonly OwnKind[];
}

const ISSUER = { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', description: 'the id of an issuer: lower case letters, digits and single dashes' } as const;
const { examples, 'near-misses': nearMisses, references, ...others } = KIND_SCHEMA.properties;

/** JSON Schema 2020-12 of a kind of people's own. Part of the schema of `tokenwarden.yml`. */
export const OWN_KIND_SCHEMA = {
  ...KIND_SCHEMA,
  required: ['id', 'pattern'],
  properties: {
    ...others,
    issuer: ISSUER,
    override: { type: 'boolean', description: 'replaces the built-in rule of this id' },
    except: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      description: 'secrets that are none',
      properties: {
        words: { type: 'array', minItems: 1, maxItems: 10_000, items: { type: 'string', minLength: 1, maxLength: 200 }, description: 'a list of texts: a secret that holds one, in any case, is none' },
        patterns: { type: 'array', minItems: 1, maxItems: 200, items: { type: 'string', minLength: 1, maxLength: 2000 }, description: 'a list of regular expressions: a secret in which one matches is none' },
      },
    },
    references: { ...references, minItems: 0 },
    examples: { ...examples, minItems: 0 },
    'near-misses': { ...nearMisses, minItems: 0 },
  },
} as const;

/** JSON Schema 2020-12 of such a file: `rules/<issuer>.yml` is one. */
export const OWN_RULE_FILE_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'own tokenwarden rules',
  type: 'object',
  additionalProperties: false,
  required: ['kinds'],
  properties: { issuer: ISSUER, name: { type: 'string', minLength: 1 }, kinds: { type: 'array', minItems: 1, items: OWN_KIND_SCHEMA } },
} as const;
