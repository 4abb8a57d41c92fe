import { readFileSync, readdirSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { CHECKS, policySchema } from '../../src/policy/index.ts';
import type { Check, Verdict } from '../../src/model/index.ts';
import { recordOf } from '../unit/policy/record.ts';
import type { RecordRow } from '../unit/policy/record.ts';

interface Row extends RecordRow {
  readonly name: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly now: string;
  readonly expect: Verdict['status'];
  /** Texts that the evidence, remedy or reason must hold. */
  readonly says?: readonly string[];
  /** This row stands exactly at, or one step beyond, the limit. */
  readonly edge?: boolean;
}

const FOLDER = new URL('../../fixtures/policy/', import.meta.url);

describe.each(CHECKS.map((check) => [check.id, check] as const))('%s', (id, check) => {
  const rows = tableOf(id);

  it.each(rows.map((row) => [row.name, row] as const))('%s', (_, row) => {
    const verdict = check.judge(recordOf(row), paramsOf(check, row), new Date(row.now));
    expect(verdict.status, JSON.stringify(verdict)).toBe(row.expect);
    for (const text of row.says ?? []) expect(Object.values(verdict).join('\n')).toContain(text);
  });

  it('has rows for every verdict and for the exact edge, on both sides', () => {
    expect([...new Set(rows.map((row) => row.expect))].sort()).toEqual(['notApplicable', 'pass', 'undetermined', 'violation']);
    expect(rows.filter((row) => row.edge === true).length).toBeGreaterThan(0);
    expect(new Set(rows.map((row) => row.name)).size).toBe(rows.length);
  });

  it('says what it is, why it matters, what to do, and where that is written', () => {
    for (const text of [check.title, check.rationale]) expect(text.length).toBeGreaterThan(10);
    expect(check.references.length).toBeGreaterThan(0);
    for (const reference of check.references) expect(new URL(reference).protocol).toBe('https:');
    for (const row of rows.filter((each) => each.expect === 'violation')) {
      const verdict = check.judge(recordOf(row), paramsOf(check, row), new Date(row.now));
      expect(verdict.status === 'violation' && verdict.evidence.length > 20 && verdict.remedy.length > 20).toBe(true);
    }
  });

  it('has parameters that the published schema accepts, and no others', () => {
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(policySchema([check]));
    for (const good of [true, false, check.defaults, { severity: 'low' }, ...rows.map((row) => row.params ?? {})]) {
      expect(validate({ [id]: good }), JSON.stringify([good, validate.errors])).toBe(true);
    }
    for (const bad of [{ sevrity: 'low' }, { severity: 'worst' }, 'on', 3, [], null]) expect(validate({ [id]: bad })).toBe(false);
    expect(validate({ [`${id}x`]: true })).toBe(false);
  });

  it('says the same whenever it is asked: no clock and no memory of its own', () => {
    for (const row of rows) {
      const ask = () => check.judge(recordOf(row), paramsOf(check, row), new Date(row.now));
      expect(ask()).toEqual(ask());
    }
  });
});

it('every policy table belongs to a check', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(CHECKS.map(({ id }) => `${id}.json`).sort());
});

function tableOf(id: string): readonly Row[] {
  return JSON.parse(readFileSync(new URL(`${id}.json`, FOLDER), 'utf8')) as readonly Row[];
}

function paramsOf(check: Check, row: Row): unknown {
  return { ...(check.defaults as object), ...row.params };
}
