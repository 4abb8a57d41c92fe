import { DURATION_PATTERN } from '../lib/duration.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

const TEXT = { type: 'string', minLength: 1 };
const RULE = { ...TEXT, description: 'a rule id; * stands for any run of characters' };
const ISSUER = { ...TEXT, description: 'an issuer or store id; * stands for any run of characters' };
const ENVIRONMENT = { ...TEXT, description: 'an environment, by its name under environments:' };
const DAY = { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', description: 'a date, YYYY-MM-DD' };
const DURATION = { type: 'string', pattern: DURATION_PATTERN, description: 'a duration such as 90s, 10m or 48h' };
const SEVERITY = { enum: ['critical', 'high', 'medium', 'low'] };
const ENVIRONMENT_NAME = { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$', description: 'the name of an environment variable (never the secret itself)' };

function closed(properties: Readonly<Record<string, unknown>>, more: JsonSchema = {}): JsonSchema {
  return { type: 'object', additionalProperties: false, ...more, properties };
}

/** SPKI DER of an Ed25519 public key (RFC 8410): twelve fixed bytes and the 32 of the key. */
export const PUBLIC_KEY_PATTERN = '^MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=$';

/** `respond:`, `sla:` and `ledger:` of `tokenwarden.yml`. */
export const RESPOND_SCHEMAS: Readonly<Record<'respond' | 'sla' | 'ledger', JsonSchema>> = {
  respond: closed({
    approvals: closed({
      required: { type: 'integer', minimum: 0, maximum: 10, description: 'a whole number from 0 to 10' },
      'four-eyes': { type: 'boolean', $comment: 'two different people must have signed: the requester and somebody else, or two others' },
      'valid-for': DURATION,
    }),
    people: {
      type: 'array',
      description: 'a list of the people whose signatures count',
      items: closed(
        {
          name: { ...TEXT, description: 'a name' },
          key: { type: 'string', pattern: PUBLIC_KEY_PATTERN, description: 'an Ed25519 public key as "plan keygen" prints it (SPKI, base64)' },
          logins: { type: 'array', items: TEXT, description: 'a list of other names of the same person: logins at forges and machines' },
          responder: { type: 'boolean', $comment: 'may apply alone with --break-glass' },
        },
        { required: ['name', 'key'] },
      ),
    },
    rules: {
      type: 'array',
      description: 'a list of what may be done without a person',
      items: closed(
        {
          name: { ...TEXT, description: 'a name' },
          when: closed({ leaked: { type: 'boolean' }, active: { const: true, description: 'true: nothing is done about a token that nobody called active' }, public: { type: 'boolean' }, rule: RULE, issuer: ISSUER, environment: ENVIRONMENT, severity: SEVERITY }, { minProperties: 1 }),
          then: { enum: ['revoke', 'deactivate', 'shorten', 'narrow'] },
        },
        { required: ['name', 'when', 'then'] },
      ),
    },
    issuers: { type: 'array', items: ISSUER, description: 'a list of the issuers or stores at which rules may act' },
    limit: closed({ actions: { type: 'integer', minimum: 1, maximum: 1000, description: 'a whole number from 1 to 1000' }, within: DURATION }, { required: ['actions', 'within'] }),
    protect: {
      type: 'array',
      description: 'a list of credentials that no rule may touch',
      items: closed(
        {
          rule: RULE,
          issuer: ISSUER,
          identity: { ...TEXT, description: 'whom it acts as at the issuer; * stands for any run of characters' },
          path: { ...TEXT, description: 'a path or glob (gitignore syntax)' },
          environment: ENVIRONMENT,
          owner: { ...TEXT, description: 'who answers for it; * stands for any run of characters' },
          fingerprint: { type: 'string', pattern: '^tw1:[0-9a-f]{32}$', description: 'its fingerprint as a report shows it, tw1: and 32 hex digits' },
          reason: { ...TEXT, description: 'why' },
        },
        { minProperties: 1 },
      ),
    },
    freeze: { type: 'array', description: 'a list of times in which no rule acts', items: closed({ from: DAY, to: DAY, reason: { ...TEXT, description: 'why' } }, { required: ['from', 'to', 'reason'] }) },
    production: { type: 'array', items: ENVIRONMENT, description: 'a list of environments in which no rule acts' },
    prefer: { enum: ['reversible', 'revoke'] },
    public: { type: 'array', items: { type: 'string', pattern: '^[^\\s@:]+$', description: 'host/owner/name of a repository; * stands for any run of characters' }, description: 'a list of repositories that the world can read' },
    page: closed({ 'webhook-env': ENVIRONMENT_NAME, fallback: { ...TEXT, description: 'who is told where nobody owns the token' } }),
  }),
  sla: closed({ told: DURATION, dead: closed({ critical: DURATION, high: DURATION, medium: DURATION, low: DURATION }) }),
  ledger: closed({
    anchors: {
      type: 'array',
      description: 'a list of places outside the state folder that keep the ledger\'s heads',
      items: closed(
        { file: { ...TEXT, description: 'the path of a file that is only appended to' }, git: { ...TEXT, description: 'the path of a git repository' }, ref: { type: 'string', pattern: '^refs/tokenwarden/[A-Za-z0-9_-]+$', description: 'a git ref below refs/tokenwarden/, such as refs/tokenwarden/ledger' }, 'postgresql-env': { type: 'string', pattern: '^TOKENWARDEN_[A-Z0-9_]+$', description: 'the name of an environment variable that begins with TOKENWARDEN_ and holds postgres://USER:PASSWORD@HOST/DATABASE' }, ledger: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$', description: 'a name for this ledger among those that share the table' } },
        { oneOf: [{ required: ['file'], properties: { git: false, ref: false, 'postgresql-env': false, ledger: false } }, { required: ['git'], properties: { file: false, 'postgresql-env': false, ledger: false } }, { required: ['postgresql-env'], properties: { file: false, git: false, ref: false } }] },
      ),
    },
  }),
};
