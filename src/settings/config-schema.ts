import { BYTE_SIZE_PATTERN } from '../lib/byte-size.ts';
import { DURATION_PATTERN } from '../lib/duration.ts';
import { CHOICES, type OptionSpec } from './option.ts';
import { OPTION_NAMES, specOf } from './options.ts';
import { RESPOND_SCHEMAS } from './respond-schema.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What other rooms know: the parameters of each policy check by its id, and the issuer modules a store may name, each with the endpoints that may be given for it. */
export interface SchemaParts {
  readonly policy: JsonSchema;
  /** `schemes`: what the URLs of a type begin with that is not asked over https. */
  readonly storeTypes: readonly { readonly id: string; readonly endpoints: readonly string[]; readonly schemes?: readonly string[] }[];
  /** A token kind of people's own. */
  readonly ownKind: JsonSchema;
}

const TEXT = { type: 'string', minLength: 1 };
const ENVIRONMENT_NAME = { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$', description: 'the name of an environment variable (never the secret itself)' };
const URL_TEXT = { type: 'string', pattern: '^https?://', description: 'an absolute https URL' };

/**
 * JSON Schema (draft 2020-12) of `tokenwarden.yml`. Scalars come from the table of options; `description` is what
 * error messages say was expected.
 */
export function configSchema(parts: SchemaParts): JsonSchema {
  const root: Record<string, unknown> = {};
  for (const name of OPTION_NAMES) {
    const spec = specOf(name);
    if (spec.key !== undefined) place(root, spec.key.split('.'), optionSchema(spec));
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'tokenwarden.yml',
    ...closed({
      ...root,
      extends: EXTENDS,
      delegates: { type: 'array', items: { type: 'string', pattern: '^[a-z][a-z-]*(\\.[a-z][a-z-]*)*$', description: 'a setting by its dotted name, such as policy.stale or ignore' }, uniqueItems: true, description: 'a list of settings that whoever extends this file may loosen' },
      salt: { type: 'string', pattern: '^[A-Za-z0-9_-]{22,128}$', description: 'base64url text of 16 bytes or more' },
      stores: { type: 'array', items: storeSchema(parts.storeTypes), description: 'a list of stores' },
      policy: parts.policy,
      environments: {
        type: 'object',
        additionalProperties: { type: 'array', items: { ...TEXT, description: 'a path or glob (gitignore syntax)' }, minItems: 1, description: 'a list of paths (gitignore syntax)' },
        propertyNames: { pattern: '^(?!none$)[a-z0-9][a-z0-9._-]{0,63}$', description: 'a short name in lower case letters, digits, dots and dashes, other than none' },
        description: 'the paths of each environment, by its name; without it, folders and files called dev, staging or prod are',
      },
      owners: { type: 'array', items: OWNER, description: 'a list of entries that say who answers for a path or a kind of token; the last that fits decides, before CODEOWNERS' },
      tokens: { type: 'array', items: TOKEN, description: 'a list of the tokens that are permitted; an empty one permits none' },
      grants: { type: 'array', items: GRANT, description: 'a list of who may have which narrow credential for a command (tokenwarden issue)' },
      rotations: { type: 'array', items: ROTATION, description: 'a list of credentials that are replaced while they are used (tokenwarden rotate)' },
      coverage: closed({ accept: { type: 'array', items: ACCEPT } }),
      rules: rulesSchema(parts.ownKind),
      ...RESPOND_SCHEMAS,
    }),
  };
}

/** Puts a schema at a dotted key, making closed objects on the way. */
function place(properties: Record<string, unknown>, path: readonly string[], schema: JsonSchema): void {
  const [head = '', ...rest] = path;
  if (rest.length === 0) {
    properties[head] = schema;
    return;
  }
  const inner = (properties[head] as { properties: Record<string, unknown> } | undefined) ?? closed({});
  properties[head] = inner;
  place(inner.properties, rest, schema);
}

function closed(properties: Record<string, unknown>, more: JsonSchema = {}): { properties: Record<string, unknown> } {
  return { type: 'object', additionalProperties: false, ...more, properties } as { properties: Record<string, unknown> };
}

function optionSchema(spec: OptionSpec): JsonSchema {
  const { help, fallback } = spec;
  const note = { $comment: help, ...(fallback === undefined ? {} : { default: fallback }) };
  const one = kindSchema(spec);
  return spec.list === undefined ? { ...one, ...note } : { type: 'array', items: one, ...note };
}

function kindSchema(spec: OptionSpec): JsonSchema {
  switch (spec.kind) {
    case 'on':
    case 'off':
      return { type: 'boolean' };
    case 'count':
      return { type: 'integer', minimum: 1, description: 'a whole number from 1' };
    case 'duration':
      return { type: 'string', pattern: DURATION_PATTERN, description: 'a duration such as 90s, 10m or 48h' };
    case 'bytes':
      return { type: ['integer', 'string'], minimum: 1, pattern: BYTE_SIZE_PATTERN, description: 'a size such as 10MB, 1GiB or a number of bytes' };
    case 'day':
      return { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', description: 'a date, YYYY-MM-DD' };
    case 'severity':
    case 'confidence':
    case 'outage':
    case 'delivery':
    case 'visibility':
      return { enum: CHOICES[spec.kind] };
    default:
      return TEXT;
  }
}

function storeSchema(types: SchemaParts['storeTypes']): JsonSchema {
  return closed(
    {
      id: { type: 'string', pattern: '^[a-z0-9][a-z0-9._-]{0,63}$', description: 'a short name in lower case letters, digits, dots and dashes' },
      type: { enum: types.map(({ id }) => id) },
      url: { type: 'string', pattern: '^[a-z]+://', description: 'an absolute https URL' },
      claims: { type: 'array', minItems: 1, items: CLAIM, description: 'a list of claims: which tokens are this store\'s own' },
      auth: AUTH,
      endpoints: { type: 'object', $comment: 'URLs that hold instead of discovered ones; which there are depends on the type' },
      'allow-private': { type: 'boolean', $comment: 'ask it although its address is loopback, private or link-local, or plain http' },
      'requests-per-second': { type: 'number', exclusiveMinimum: 0, maximum: 1000, description: 'a number above 0 and up to 1000' },
    },
    { required: ['id', 'type', 'url', 'claims'], allOf: [...types.map(endpointsSchema), ...addressSchemas(types)] },
  );
}

function rulesSchema(kind: JsonSchema): JsonSchema {
  const kinds = { type: 'array', items: kind, description: 'a list of token kinds' };
  const ids = { type: 'array', items: { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', description: 'a rule id' }, uniqueItems: true, description: 'a list of rule ids' };
  return { anyOf: [kinds, closed({ kinds, files: { type: 'array', items: { ...TEXT, description: 'the path of a rule file, relative to this file' }, uniqueItems: true, description: 'a list of rule files' }, disable: ids }, { minProperties: 1 })] };
}

/** Databases have addresses of their own schemes; everything else is asked over https. */
function addressSchemas(types: SchemaParts['storeTypes']): readonly JsonSchema[] {
  const others = types.filter(({ schemes }) => schemes !== undefined);
  const isOneOf = (ids: readonly string[]): JsonSchema => ({ properties: { type: { enum: ids } }, required: ['type'] });
  return [
    ...others.map(({ id, schemes = [] }) => ({ if: isOneOf([id]), then: { properties: { url: { type: 'string', pattern: `^(?:${schemes.join('|')})://`, description: `an address such as ${schemes[0] ?? ''}://db.example.com` } } } })),
    { if: isOneOf(types.filter((type) => !others.includes(type)).map(({ id }) => id)), then: { properties: { url: URL_TEXT } } },
  ];
}

/** Each endpoint by its short name and by that of server metadata (RFC 8414 section 2). */
function endpointsSchema({ id, endpoints }: SchemaParts['storeTypes'][number]): JsonSchema {
  const names = endpoints.flatMap((name) => [name, `${name}_endpoint`]);
  return {
    if: { required: ['type'], properties: { type: { const: id } } },
    then: { properties: { endpoints: closed(Object.fromEntries(names.map((name) => [name, URL_TEXT]))) } },
  };
}

const EXTENDS = closed(
  {
    file: { ...TEXT, description: 'the path of the file, relative to this one' },
    url: { type: 'string', pattern: '^https://', description: 'an absolute https URL' },
    repository: { type: 'string', pattern: '^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$', description: 'OWNER/NAME of a repository at GitHub' },
    path: { ...TEXT, description: 'the path of the file in that repository' },
    commit: { type: 'string', pattern: '^[0-9a-f]{40}$', description: 'a whole commit id, 40 hex digits' },
    sha256: { type: 'string', pattern: '^[0-9a-f]{64}$', description: 'the SHA-256 of the file, 64 hex digits, as sha256sum prints it' },
  },
  { required: ['sha256'], description: 'where the file of the organisation is (file, url, or repository with path and commit), and its sha256' },
);

const CLAIM = closed(
  {
    rule: { ...TEXT, description: 'a rule id' },
    'jwt-issuer': { ...TEXT, description: 'the exact `iss` of its JWTs' },
    pattern: { ...TEXT, description: 'a JavaScript regular expression over the whole token: ^tkok claims nothing, ^tkok.* what begins so' },
    host: { type: 'string', pattern: '^[^/\\s@]+$', description: 'a host, with its port if it has one, without scheme and path' },
  },
  { minProperties: 1 },
);

const AUTH = {
  type: 'object',
  required: ['method'],
  additionalProperties: false,
  properties: {
    method: { enum: ['none', 'client_secret_basic', 'client_secret_post', 'bearer'] },
    'client-id-env': ENVIRONMENT_NAME,
    'client-secret-env': ENVIRONMENT_NAME,
    'token-env': ENVIRONMENT_NAME,
  },
  allOf: [
    {
      if: { required: ['method'], properties: { method: { enum: ['client_secret_basic', 'client_secret_post'] } } },
      then: { required: ['client-id-env', 'client-secret-env'] },
    },
    { if: { required: ['method'], properties: { method: { const: 'bearer' } } }, then: { required: ['token-env'] } },
  ],
};

const OWNER = closed(
  {
    path: { ...TEXT, description: 'a path or glob (gitignore syntax)' },
    rule: { ...TEXT, description: 'a rule id; * stands for any run of characters' },
    issuer: { ...TEXT, description: 'an issuer id; * stands for any run of characters' },
    owner: { ...TEXT, description: 'who answers for it: a mail address, @name or @organisation/team' },
  },
  { required: ['owner'] },
);

const TOKEN = closed(
  {
    purpose: { ...TEXT, description: 'what it is for' },
    owner: { ...TEXT, description: 'who answers for it' },
    fingerprint: { type: 'string', pattern: '^tw1:[0-9a-f]{32}$', description: 'its fingerprint as a report shows it, tw1: and 32 hex digits' },
    'token-id': { ...TEXT, description: "the issuer's own id of the token" },
    name: { ...TEXT, description: 'its name at the issuer' },
    identity: { ...TEXT, description: 'whom it acts as at the issuer' },
    rule: { ...TEXT, description: 'a rule id; * stands for any run of characters' },
    issuer: { ...TEXT, description: 'an issuer or store id; * stands for any run of characters' },
    scopes: { type: 'array', items: TEXT, description: 'a list of scopes; * stands for any run of characters' },
    environments: { type: 'array', items: TEXT, description: 'a list of environments, by their names under environments:' },
    use: { enum: ['personal', 'automation'] },
  },
  { required: ['purpose', 'owner'] },
);

const ACCEPT = closed(
  {
    path: { ...TEXT, description: 'a path or glob (gitignore syntax)' },
    reason: { ...TEXT, description: 'why the gap is acceptable' },
    owner: { ...TEXT, description: 'who answers for it' },
    expires: { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', description: 'a date, YYYY-MM-DD' },
  },
  { required: ['path', 'reason', 'owner', 'expires'] },
);

const GRANT = closed(
  {
    store: { ...TEXT, description: 'the id of a store' },
    identities: { type: 'array', minItems: 1, items: { type: 'string', pattern: '^(?:user|github|gitlab):.+$', description: 'user:NAME (of the operating system), github:ACTOR or gitlab:LOGIN; * stands for any run of characters' }, description: 'a list of who may have it' },
    scopes: { type: 'array', minItems: 1, items: TEXT, description: "a list of scopes in the issuer's words; * stands for any run of characters" },
    'max-ttl': { type: 'string', pattern: DURATION_PATTERN, description: 'a duration such as 15m or 1h' },
    environments: { type: 'array', minItems: 1, items: TEXT, description: 'a list of environments; without it, the grant is for requests that name none' },
    with: { type: 'object', additionalProperties: { ...TEXT, maxLength: 2048 }, description: 'what the issuer needs to know beside scopes (role-arn, installation)' },
  },
  { required: ['store', 'identities', 'scopes', 'max-ttl'] },
);

const CONSUMER_TYPES = ['file', 'vault-kv', 'github-actions', 'gitlab-ci', 'kubernetes', 'aws-secrets-manager'];

const ROTATION = closed(
  {
    name: { type: 'string', pattern: '^[a-z0-9][a-z0-9._-]{0,63}$', description: 'a short name in lower case letters, digits, dots and dashes' },
    store: { ...TEXT, description: 'the id of the store that issues it' },
    rule: { ...TEXT, description: 'the rule id of its kind' },
    scopes: { type: 'array', items: TEXT, description: 'a list of what the new one may do; without it, what the old one may and policy allows' },
    lifetime: { type: 'string', pattern: DURATION_PATTERN, description: 'a duration such as 30d; without it, what policy allows (max-lifetime), else what the issuer gives' },
    every: { type: 'string', pattern: DURATION_PATTERN, description: 'a duration such as 30d, after which it is replaced again; without it, when --again says so' },
    quiet: { type: 'string', pattern: DURATION_PATTERN, description: 'a duration such as 24h: how long the old one must not have been used' },
    grace: { type: 'string', pattern: DURATION_PATTERN, description: 'a duration such as 24h, between switching the old one off and deleting it' },
    accept: {
      type: 'array',
      items: closed(
        {
          limit: { enum: ['scopes', 'expiry', 'over-scoped', 'max-lifetime', 'no-expiry'], description: 'scopes or expiry (what its issuer does not tell), over-scoped, max-lifetime or no-expiry' },
          reason: { ...TEXT, description: 'why' },
          owner: { ...TEXT, description: 'who answers for it' },
        },
        { required: ['limit', 'reason', 'owner'], description: 'an entry with limit, reason and owner' },
      ),
      description: 'a list of limits that the new one may break',
    },
    consumers: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['type'],
        properties: { type: { enum: CONSUMER_TYPES }, store: { ...TEXT, description: 'the id of the store that holds it' }, part: { ...TEXT, description: 'secret, or the name of another part' }, template: { ...TEXT, description: 'the whole value, with {secret} and {NAME} for its parts' } },
        additionalProperties: { ...TEXT, description: 'a text' },
        description: 'a place that holds it',
      },
      description: 'a list of the places that hold it',
    },
  },
  { required: ['name', 'store', 'rule', 'consumers'] },
);
