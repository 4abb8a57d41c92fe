import type {
  Confidence,
  Ground,
  IdleWaiver,
  Introspection,
  Lifetime,
  NotAttemptedWhy,
  Role,
  Severity,
  SkipReason,
  TokenType,
  UnknownWhy,
  Verdict,
  WaiverKind,
} from '../../model/index.ts';
import { SCHEMA_ID, SCHEMA_VERSION } from './document.ts';

/** JSON Schema (draft 2020-12) as data. */
export type Schema = Readonly<Record<string, unknown>>;

/** A member that the model gains and this table lacks is a compile error. */
const SEVERITY = keys({ critical: 1, high: 1, medium: 1, low: 1 } satisfies Record<Severity, 1>);
const CONFIDENCE = keys({ high: 1, medium: 1, low: 1 } satisfies Record<Confidence, 1>);
const ROLE = keys({ url: 1, log: 1, assignment: 1, text: 1 } satisfies Record<Role, 1>);
const LIFETIME = keys({ temporary: 1, persistent: 1, static: 1 } satisfies Record<Lifetime, 1>);
const TOKEN_TYPE = keys({
  'access-token': 1, 'refresh-token': 1, 'api-key': 1, 'client-secret': 1, session: 1, password: 1, 'private-key': 1, webhook: 1, 'signed-url': 1, id: 1,
} satisfies Record<TokenType, 1>);
const UNKNOWN = keys({
  timeout: 1, network: 1, throttled: 1, 'server-error': 1, malformed: 1, 'unexpected-status': 1, 'refused-address': 1, redirect: 1, tls: 1, 'too-large': 1,
  'own-credentials': 1, ambiguous: 1,
} satisfies Record<UnknownWhy, 1>);
const NOT_ATTEMPTED = keys({
  'no-issuer': 1, 'host-not-known': 1, denied: 1, 'not-allowed': 1, 'no-verify': 1, 'egress-only': 1, 'expired-offline': 1, 'no-introspection': 1,
  'missing-companion': 1, 'no-client-credentials': 1, 'test-mode': 1, canary: 1, interrupted: 1, 'name-only': 1, withheld: 1,
} satisfies Record<NotAttemptedWhy, 1>);
const SKIP = keys({
  unreadable: 1, 'too-large': 1, 'missing-object': 1, shallow: 1, 'promised-object': 1, 'missing-commit': 1, 'empty-range': 1, interrupted: 1, timeout: 1,
  'archive-limit': 1, 'archive-damaged': 1, 'decode-budget': 1, 'changed-while-reading': 1, 'worker-failed': 1, 'listing-incomplete': 1, 'special-file': 1, symlink: 1,
  'lfs-pointer': 1, submodule: 1, ignored: 1, expired: 1, 'excluded-archive': 1, 'excluded-binary': 1, 'excluded-glob': 1,
} satisfies Record<SkipReason, 1>);
const WAIVER_KIND = keys({ waiver: 1, baseline: 1, 'false-positive': 1 } satisfies Record<WaiverKind, 1>);
const IDLE = keys({ requested: 1, expired: 1, void: 1, partial: 1 } satisfies Record<IdleWaiver['state'], 1>);

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const count: Schema = { type: 'integer', minimum: 0 };
const texts = list(text);
const time: Schema = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$', description: 'RFC 3339' };
const timeOrNever: Schema = { anyOf: [time, { const: 'never' }], description: 'An instant, "never" as the issuer said it, or absent: the issuer is silent' };
const texted: Schema = { type: 'object', additionalProperties: text };
const position: Schema = { type: 'integer', minimum: 1 };

const counts = object({ files: count, blobs: count, commits: count, bytes: count }, { tokens: count });
const region = object({ startLine: position, startColumn: position, endLine: position, endColumn: position });

const origin: Schema = {
  oneOf: [
    object({ kind: { const: 'file' }, path: text }, { reportedBy: text }),
    object({ kind: { const: 'commit' }, blob: text, path: text, reachable: flag }, { commit: text, author: text, committedAt: text, reportedBy: text }),
    object({ kind: { const: 'message' }, object: text, objectType: { enum: ['commit', 'tag'] } }),
    object({ kind: { const: 'staged' }, blob: text, path: text }),
    object({ kind: { const: 'log' }, name: text }, { job: text, step: text, url: text }),
    object({ kind: { const: 'member' }, archive: { $ref: '#/$defs/origin' }, path: text }),
    object({ kind: { const: 'stdin' } }),
    object({ kind: { const: 'url' }, url: text }, { reportedBy: text }),
    object({ kind: { const: 'issuer' }, store: text, tokenId: text }),
  ],
};

const asked = { method: text };
const askedOf = { store: text, host: text };
const activeFacts = object({}, { sub: text, clientId: text, scopes: texts, iat: time, exp: timeOrNever, lastUsedAt: timeOrNever, tokenId: text, name: text, owner: text, usesPartial: text, uses: list(object({ at: time }, { address: text, action: text, result: { enum: ['allowed', 'denied'] } })), notes: texted });
const introspection: Schema = {
  description: 'What the issuer said; when stands in run.introspectedAt. unknown and notAttempted are neither active nor inactive.',
  oneOf: [
    object({ status: status('active'), facts: activeFacts, ...asked }, askedOf),
    object({ status: status('inactive'), reason: text, ...asked }, askedOf),
    object({ status: status('unknown'), why: { enum: UNKNOWN }, detail: text, ...asked }, { retryAfterSeconds: { type: 'number', minimum: 0 }, ...askedOf }),
    object({ status: status('notAttempted'), why: { enum: NOT_ATTEMPTED }, detail: text, ...asked }, askedOf),
  ],
};

const BY = keys({ issuer: 1, token: 1, place: 1, repository: 1, inventory: 1, owner: 1, configuration: 1 } satisfies Record<Ground['by'], 1>);
const basis = {
  grounds: { ...list(object({ fact: text, value: text, by: { enum: BY }, source: text })), description: 'The facts that it rests on; when an issuer said so stands in run.introspectedAt' },
  threshold: { ...text, description: 'What the policy demands' },
};
const verdict: Schema = {
  oneOf: [
    object({ status: judged('pass'), evidence: text }, basis),
    object({ status: judged('violation'), evidence: text, remedy: text }, basis),
    object({ status: judged('undetermined'), why: text }, basis),
    object({ status: judged('notApplicable'), why: text }),
  ],
};

const offlineFacts = object(
  {},
  { issuedAt: time, expiresAt: timeOrNever, subject: text, clientId: text, issuerUrl: text, audience: texts, scopes: texts, algorithm: text, testMode: flag, commonKey: flag, notes: texted },
);

const credential = object(
  {
    fingerprint: { type: 'string', description: 'Keyed hash of the value; of its surroundings where the value could be guessed' },
    rule: text,
    issuer: text,
    companions: list(object({ name: text, masked: text, fingerprint: text })),
    entropyBits: { type: 'number', minimum: 0 },
    features: texted,
    hosts: texts,
  },
  { facts: offlineFacts },
);

const waived = { owner: text, reason: text, expires: text };
const waivedMore = { kind: { enum: WAIVER_KIND }, source: { enum: ['file', 'inline'] }, requestedBy: text, approvedBy: text };
const waiver = object(waived, waivedMore);
const idleWaiver: Schema = { description: 'A waiver that names the finding and does not hold', ...object({ ...waived, state: { enum: IDLE }, why: text }, waivedMore) };

const finding = object(
  {
    id: { type: 'string', pattern: '^[0-9a-f]{20}$', description: 'Moves with the secret, never with the line' },
    ruleId: text,
    severity: { enum: SEVERITY },
    confidence: { enum: CONFIDENCE },
    masked: { type: 'string', description: 'The only form in which the secret is shown' },
    failing: flag,
    credential,
    locations: list(object({ origin: { $ref: '#/$defs/origin' }, region: { $ref: '#/$defs/region' }, role: { enum: ROLE } }, { plainHosts: texts })),
    introspection,
    verdicts: list(object({ check: text, verdict }, { severity: { enum: SEVERITY } })),
  },
  { locationsLeftOut: count, verdictsLeftOut: count, lastKnown: object({ status: { enum: ['active', 'inactive'] }, violating: flag, at: time }), waiver, idleWaiver, removed: { const: true }, alert: object({ url: text }) },
);

const run = object(
  { id: text, startedAt: time, finishedAt: time, command: { enum: ['scan', 'audit'] }, targets: texts, policyDigest: text, introspectedAt: { type: 'object', additionalProperties: time } },
  { repository: object({}, { url: text, revision: text, branch: text }) },
);

const skip = object(
  { what: text, reason: { enum: SKIP } },
  { detail: text, count, bytes: count, accepted: object({ owner: text, reason: text, expires: text }) },
);

/** The published schema. Objects stay open: later versions add fields, readers must not mind. */
export const REPORT_SCHEMA: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: SCHEMA_ID,
  title: 'tokenwarden JSON report',
  description: 'Everything outside `run` is the same for the same input. No field ever holds a secret.',
  ...object(
    {
      schemaVersion: { const: SCHEMA_VERSION },
      tool: object({ name: { const: 'tokenwarden' }, version: text, catalogueDigest: text }),
      run,
      coverage: object({ planned: { $ref: '#/$defs/counts' }, scanned: { $ref: '#/$defs/counts' }, skipped: list(skip), complete: flag }),
      verification: object({
        active: count,
        inactive: count,
        unknown: count,
        notAttempted: count,
        requests: { type: 'object', additionalProperties: count },
        outages: list(object({ host: text, why: text, credentials: count })),
      }),
      minConfidence: { enum: CONFIDENCE },
      findings: list({ $ref: '#/$defs/finding' }),
      rules: list({ $ref: '#/$defs/rule' }),
    },
    { $schema: text, failOn: { enum: SEVERITY }, waiverProblems: { ...texts, description: 'Waiver comments that are wrong; the run ended with exit code 2' } },
  ),
  $defs: {
    counts,
    region,
    origin,
    finding,
    rule: object({
      id: text, issuer: text, issuerName: text, name: text, tokenType: { enum: TOKEN_TYPE }, lifetime: { enum: LIFETIME }, confidence: { enum: CONFIDENCE },
      opens: text, revokeByHand: text, references: texts,
    }),
  },
};

function keys<T extends string>(table: Readonly<Record<T, 1>>): readonly string[] {
  return Object.keys(table);
}

function object(required: Readonly<Record<string, Schema>>, optional: Readonly<Record<string, Schema>> = {}): Schema {
  const names = Object.keys(required);
  return { type: 'object', ...(names.length === 0 ? {} : { required: names }), properties: { ...required, ...optional } };
}

function list(items: Schema): Schema {
  return { type: 'array', items };
}

function status(value: Introspection['status']): Schema {
  return { const: value };
}

function judged(value: Verdict['status']): Schema {
  return { const: value };
}
