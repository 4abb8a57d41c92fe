import { createHash } from 'node:crypto';
import type { Action, AuditRecord, CheckedVerdict, Credential, Finding, Introspection, Mutation, Occurrence, Plan } from '../../../src/model/index.ts';
import { Secret } from '../../../src/model/index.ts';
import { readPast, makePlan } from '../../../src/respond/index.ts';
import type { ApplyDeps, PlanInput, Revocable, Step } from '../../../src/respond/index.ts';
import { NOW, credentialOf, introspectionOf } from '../policy/record.ts';
import type { RecordRow } from '../policy/record.ts';

export { NOW };

/** A token value that was never issued by anyone, made at run time. */
export function madeUp(seed: number): string {
  return ['exa', createHash('sha256').update(`token ${seed}`).digest('base64url')].join('_');
}

export function fingerprintOf(value: string): string {
  return `tw1:${createHash('sha256').update(value).digest('hex').slice(0, 32)}`;
}

export interface FindingRow extends RecordRow {
  readonly value?: string;
  readonly broken?: readonly string[];
  readonly failing?: boolean;
  readonly waived?: boolean;
}

export function findingOf(row: FindingRow = {}): Finding {
  const value = row.value ?? madeUp(1);
  const credential = credentialOf(row, value, fingerprintOf(value));
  const verdicts: readonly CheckedVerdict[] = (row.broken ?? ['leaked']).map((check) => ({ check, severity: 'high', verdict: { status: 'violation', evidence: `evidence of ${check}.`, remedy: `remedy of ${check}.` } }));
  return {
    id: createHash('sha256').update(value).digest('hex').slice(0, 20),
    credential,
    introspection: introspectionOf(row.introspection),
    verdicts,
    severity: 'high',
    ruleId: credential.rule.id,
    failing: row.failing ?? true,
    ...(row.waived === true ? { waiver: { owner: 'ana', reason: 'r', expires: '2027-01-01' } } : {}),
  };
}

export const REVOCABLE: Revocable = { store: 'example-store', host: 'issuer.example', method: 'POST revoke', reversible: false, sideEffects: 'Its sessions end.' };

export function planOf(findings: readonly Finding[], more: Partial<PlanInput> = {}): Plan {
  return makePlan({
    findings,
    revocable: () => REVOCABLE,
    readAgain: (origin): Occurrence => ({ target: '/target', origin, startLine: 3 }),
    now: NOW,
    tool: 'tokenwarden test',
    ...more,
  });
}

/** Thrown where a test lets the process die; nothing of the dead run has any effect afterwards. */
export class Killed extends Error {}

export interface Fault {
  /** 0-based call of any collaborator. */
  readonly at: number;
  /** Whether the call still takes effect before the process dies. */
  readonly after: boolean;
}

/** A stateful issuer, a disk with secrets, and a ledger, which outlive the runs that use them. */
export class World {
  readonly records: AuditRecord[] = [];
  readonly tokens = new Map<string, { value: string; alive: boolean; mutations: number; asksUntilDead: number | undefined }>();
  /** What the disk holds. */
  text: string;
  sends = 0;
  asks = 0;
  /** Questions after a mutation to which the issuer still answers active. */
  lag = 0;
  answer: Mutation = { status: 'accepted', detail: 'HTTP 202' };
  facts: Readonly<Record<string, unknown>> = {};

  constructor(values: readonly string[]) {
    this.text = values.join('\n');
    for (const value of values) this.tokens.set(fingerprintOf(value), { value, alive: true, mutations: 0, asksUntilDead: undefined });
  }

  ask(credential: Credential): Introspection {
    this.asks += 1;
    const token = this.tokens.get(credential.fingerprint);
    if (token?.asksUntilDead !== undefined && token.asksUntilDead-- <= 0) token.alive = false;
    return token?.alive === true ? introspectionOf({ status: 'active', facts: this.facts }) : introspectionOf({ status: 'inactive', reason: 'revoked' });
  }

  revoke(credential: Credential): Mutation {
    const token = this.tokens.get(credential.fingerprint);
    this.sends += 1;
    if (token !== undefined && this.answer.status !== 'refused') {
      token.mutations += 1;
      token.asksUntilDead ??= this.lag;
    }
    return this.answer;
  }

  find(bytes: Uint8Array, fingerprint: string): Credential | undefined {
    const value = Buffer.from(bytes)
      .toString('utf8')
      .split('\n')
      .find((line) => fingerprintOf(line) === fingerprint);
    return value === undefined ? undefined : credentialOf({}, value, fingerprint);
  }

  write(event: string, detail: Readonly<Record<string, unknown>>, fingerprint?: string): void {
    this.records.push({ seq: this.records.length + 1, prev: '', at: NOW.toISOString(), run: '', actor: '', event, detail: JSON.parse(JSON.stringify(detail)) as Record<string, unknown>, ...(fingerprint === undefined ? {} : { fingerprint }) });
  }

  /** What a run is given; with a fault, it dies at that call. `calls` counts the collaborators' calls. */
  async deps(more: Partial<ApplyDeps> = {}, fault?: Fault): Promise<ApplyDeps & { readonly calls: () => number; readonly steps: Step[] }> {
    let calls = 0;
    let dead = false;
    const guarded = <Args extends readonly unknown[], Result>(work: (...args: Args) => Result) => {
      return (...args: Args): Result => {
        if (dead) throw new Killed();
        const dies = calls++ === fault?.at;
        if (dies) dead = true;
        if (dies && !fault?.after) throw new Killed();
        const result = work(...args);
        if (dies) throw new Killed();
        return result;
      };
    };
    const later = <Args extends readonly unknown[], Result>(work: (...args: Args) => Result) => {
      const run = guarded(work);
      return async (...args: Args): Promise<Result> => run(...args);
    };
    const steps: Step[] = [];
    return {
      yes: true,
      readAgain: later(() => Buffer.from(this.text)),
      findSecret: later((bytes: Uint8Array, fingerprint: string) => this.find(bytes, fingerprint)),
      ask: later((credential: Credential) => this.ask(credential)),
      mutate: later((credential: Credential) => this.revoke(credential)),
      now: () => NOW,
      sleep: later(() => undefined),
      ledger: guarded((event: string, detail: Readonly<Record<string, unknown>>, fingerprint?: string) => this.write(event, detail, fingerprint)),
      past: await readPast(this.records),
      onStep: guarded((step: Step) => void steps.push(step)),
      signal: new AbortController().signal,
      ...more,
      calls: () => calls,
      steps,
    };
  }

  events(action?: Action): readonly string[] {
    return this.records.filter((record) => action === undefined || record.fingerprint === action.fingerprint).map(({ event }) => event);
  }
}

export function secretOf(value: string): Secret {
  return new Secret(value, fingerprintOf(value), 'exa_****');
}
