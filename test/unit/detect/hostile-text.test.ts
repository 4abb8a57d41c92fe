import { describe, expect, it } from 'vitest';
import { sampleOf } from '../../../src/rules/index.ts';
import { blobOf, engineFor, RULES } from './engine.ts';

const engine = engineFor(RULES);
const nearMisses = RULES.flatMap((rule) => rule.nearMisses.map((sample) => sampleOf(rule.id, sample).text)).join('\n');
const MEGABYTE = 1 << 20;
/** Of the processor. A quiet machine needs at most one; what is worse than linear needs minutes. */
const MAX_SECONDS_PER_MEGABYTE = 4;
/** Of a doubled text: twice, with room for what else runs in this process. */
const MAX_GROWTH = 3;

/** Time of the processor, not of the clock: a busy machine is no slow rule. */
async function seconds(piece: string, length: number): Promise<number> {
  const bytes = Buffer.alloc(length, piece, 'latin1');
  const before = process.cpuUsage();
  await engine.scan(blobOf(bytes));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000_000;
}

describe('all rules together', () => {
  it.each([
    ['the near misses of all of them, over and over', nearMisses],
    ['their anchors', RULES.flatMap(({ anchors }) => anchors).join(' ')],
    ['one character', 'a'],
    ['the alphabet of base64', 'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0'],
    ['assignments of nothing', 'password = token: secret="'],
    ['heads of JSON web tokens', 'eyJ'],
    ['authorities without an end', 'https://user:'],
    ['armour without an end', '-----BEGIN PRIVATE KEY-----\n'],
  ])('take time that grows with the text alone on %s', { timeout: 120_000 }, async (_name, piece) => {
    await seconds(piece, MEGABYTE / 16);
    const half = await seconds(piece, MEGABYTE);
    const whole = await seconds(piece, 2 * MEGABYTE);
    expect(whole / 2).toBeLessThan(MAX_SECONDS_PER_MEGABYTE);
    if (whole > 1) expect(whole / half).toBeLessThan(MAX_GROWTH);
  });
});
