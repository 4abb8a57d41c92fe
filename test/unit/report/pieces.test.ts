import { describe, expect, it } from 'vitest';
import { CANONICAL, CLEAN } from '../../../fixtures/report/result.ts';
import { packText, unpackText } from '../../../src/inventory/packed-text.ts';
import { inChunks } from '../../../src/lib/in-chunks.ts';
import type { AuditResult } from '../../../src/model/index.ts';
import { reporter as json } from '../../../src/report/json.ts';
import { reporter as text } from '../../../src/report/text.ts';

const OPTIONS = { color: false, width: 80 };
/** More findings than are indented. */
const LONG: AuditResult = { ...CANONICAL, findings: Array.from({ length: 6000 }, (_, index) => ({ ...(CANONICAL.findings[index % CANONICAL.findings.length] as AuditResult['findings'][number]), id: index.toString(16).padStart(20, '0') })) };

describe('a report in pieces', () => {
  it.each([['canonical', CANONICAL], ['clean', CLEAN], ['long', LONG]] as const)('is the same text, of the %s result', (_, result) => {
    for (const reporter of [json, text]) {
      const pieces = [...(reporter.pieces?.({ ...result }, OPTIONS) ?? [])];
      expect(pieces.length).toBeGreaterThan(0);
      expect(pieces.join('') === reporter.render({ ...result }, OPTIONS)).toBe(true);
    }
  });

  it('comes finding by finding where it is long', () => {
    expect([...(json.pieces?.(LONG, OPTIONS) ?? [])].length).toBeGreaterThan(LONG.findings.length);
  });

  it('is put together to pieces of some length', () => {
    expect([...inChunks(['ab', 'c', '', 'defg', 'h'], 3)]).toEqual(['abc', 'defg', 'h']);
    expect([...inChunks([])]).toEqual([]);
  });

  it('is packed to less and read again; what was never packed is read as it is', async () => {
    const pieces = [...(json.pieces?.(LONG, OPTIONS) ?? [])];
    const packed = await packText(pieces);
    expect(packed.length * 4).toBeLessThan(pieces.join('').length);
    expect(unpackText(packed) === pieces.join('')).toBe(true);
    expect(unpackText('{"schemaVersion":1}')).toBe('{"schemaVersion":1}');
  });
});
