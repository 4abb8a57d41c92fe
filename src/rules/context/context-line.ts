/** One line of `rules/context.yml`, already valid by `CONTEXT_FILE_SCHEMA`. Exactly one of `near` and `named` is there. */
export interface ContextLine {
  readonly id: string;
  readonly issuer: string;
  /** Where its rule file has another id than its name in lower case with dashes. */
  readonly 'issuer-id'?: string;
  /** What the issuer calls it: `API key`, `client secret`. */
  readonly what: string;
  /** Words, one of which stands in the name of the value or shortly before it. A space is any separator or none. */
  readonly near?: string | readonly string[];
  /** For words that are ordinary ones too (`linear`): the value's own name holds the word, and says that it is secret. */
  readonly named?: string | readonly string[];
  readonly shape: string;
  /** The issuer's own document. */
  readonly see?: string;
  /** Other parts that belong to it: their names, and the rule of each. */
  readonly with?: Readonly<Record<string, string>>;
}

export interface ContextFile {
  readonly lines: readonly ContextLine[];
}

const words = { oneOf: [{ type: 'string', pattern: '^[a-z0-9]+([ .][a-z0-9]+)*$', minLength: 3 }, { type: 'array', minItems: 2, items: { type: 'string', pattern: '^[a-z0-9]+([ .][a-z0-9]+)*$', minLength: 3 } }] } as const;

/** JSON Schema 2020-12 of `rules/context.yml`. */
export const CONTEXT_FILE_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['lines'],
  properties: {
    lines: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'issuer', 'what', 'shape'],
        oneOf: [{ required: ['near'] }, { required: ['named'] }],
        properties: {
          id: { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', maxLength: 60 },
          issuer: { type: 'string', minLength: 2 },
          'issuer-id': { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' },
          what: { type: 'string', minLength: 3 },
          near: words,
          named: words,
          shape: { type: 'string', minLength: 4 },
          see: { type: 'string', pattern: '^https://' },
          with: { type: 'object', minProperties: 1, additionalProperties: { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' } },
        },
      },
    },
  },
} as const;
