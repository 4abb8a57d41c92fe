/**
 * The shape of `rules/<issuer>.yml`, JSON Schema 2020-12: the one description from which validation, `rules/rule.schema.json`
 * and the editor's help come. Defaults are filled in by `parse.ts`.
 */
const sample = {
  description: 'A recipe (see src/rules/samples/recipe.ts), alone or with its surroundings. Never a literal token.',
  oneOf: [
    { type: 'string', minLength: 1 },
    {
      type: 'object',
      additionalProperties: false,
      required: ['recipe'],
      properties: {
        recipe: { type: 'string', minLength: 1 },
        seed: { type: 'integer', minimum: 0, description: 'Default: the place in the list.' },
        in: { type: 'string', pattern: '\\{\\}', description: 'Text with one {} where the token goes. Default `token = "{}"`.' },
        why: { type: 'string', minLength: 3 },
      },
    },
  ],
} as const;

const nearMiss = {
  description: 'A recipe that must not be reported, and why.',
  type: 'object',
  additionalProperties: false,
  required: ['recipe', 'why'],
  properties: sample.oneOf[1].properties,
} as const;

const texts = { type: 'string', minLength: 3, maxLength: 900 } as const;

export const KIND_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'name', 'type', 'lifetime', 'pattern', 'anchors', 'confidence', 'opens', 'revoke-by-hand', 'references', 'examples', 'near-misses'],
  properties: {
    id: { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', maxLength: 60, description: 'Stable for ever; findings and policies name it.' },
    name: { type: 'string', minLength: 3, maxLength: 100 },
    type: { enum: ['access-token', 'refresh-token', 'api-key', 'client-secret', 'session', 'password', 'private-key', 'webhook', 'signed-url', 'id'] },
    lifetime: { enum: ['temporary', 'persistent', 'static'], description: 'How long such tokens are meant to live.' },
    pattern: { type: 'string', minLength: 3, maxLength: 2000, description: 'JavaScript regular expression over latin1 text. Group `secret`, else the first group, else all of it is the secret.' },
    boundary: {
      enum: ['word', 'dash', 'base64', 'none'],
      default: 'word',
      description: 'What may not touch the match: letters, digits and _ (word), also - (dash), also + / = . (base64), nothing (none).',
    },
    flags: { enum: ['', 'i', 's', 'is'], default: '' },
    anchors: { type: 'array', items: { type: 'string', minLength: 3, maxLength: 64 }, uniqueItems: true, description: 'Literals one of which stands in every match. Empty only with `paths`.' },
    paths: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', pattern: '^[^/\\s][^\\s]*[^/\\s]$', maxLength: 100 },
      uniqueItems: true,
      description: 'For secrets that only the name of their file tells: ends of paths in whole components, * for anything but a slash. The pattern is tried over the first 64 KiB of such files and nowhere else; `anchors` stay empty.',
    },
    'anchor-class': { enum: ['shaped', 'assignment', 'literal', 'authority'], default: 'shaped' },
    lead: { type: 'integer', minimum: 0, maximum: 128, description: 'Matches are looked for only where one begins at most so many characters before an anchor. Default: derived from the pattern, if every match holds an anchor.' },
    'window-before': { type: 'integer', minimum: 0, maximum: 65536, description: 'Default: derived from the pattern.' },
    'window-after': { type: 'integer', minimum: 1, maximum: 65536, description: 'Default: derived from the pattern.' },
    checksum: { type: 'string' },
    validator: { type: 'string' },
    facts: { type: 'string' },
    'min-entropy': { type: 'number', minimum: 0, maximum: 8, description: 'Shannon bits per character of the secret, at least.' },
    confidence: { enum: ['high', 'medium', 'low'] },
    'public-prefix': { type: 'string', description: 'Default: the literal head of the pattern.' },
    companions: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'rule'],
        properties: {
          name: { type: 'string', minLength: 1 },
          rule: { type: 'string', minLength: 1 },
          'within-bytes': { type: 'integer', minimum: 1, maximum: 65536, default: 1024 },
          required: { type: 'boolean', default: false },
        },
      },
    },
    priority: { type: 'integer', minimum: -100, maximum: 100, default: 0 },
    'companion-only': { type: 'boolean', default: false },
    opens: { ...texts, description: 'What the holder can do.' },
    'revoke-by-hand': { ...texts, description: 'What a person does, where no machine may.' },
    references: { type: 'array', minItems: 1, items: { type: 'string', pattern: '^https://' } },
    since: { type: 'string', pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+$', default: '0.1.0' },
    examples: { type: 'array', minItems: 2, items: sample },
    'near-misses': { type: 'array', minItems: 2, items: nearMiss },
  },
} as const;

export const RULE_FILE_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'tokenwarden rules of one issuer',
  type: 'object',
  additionalProperties: false,
  required: ['issuer', 'name', 'kinds'],
  properties: {
    issuer: { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' },
    name: { type: 'string', minLength: 1 },
    kinds: { type: 'array', minItems: 1, items: KIND_SCHEMA },
  },
} as const;
