import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/model/index.ts';
import { seeded } from '../../bench/corpora/history.ts';

const ALPHABET = 'ab01+/=-_.%ö ';

/** All forms of all secrets, compared at every place. */
function reference(secrets: readonly { readonly value: string; readonly masked: string }[], text: string): string {
  const forms = secrets.flatMap(({ value, masked }) => {
    if (value.length < 8 || (value.length < 16 && !/\d/.test(value))) return [];
    const bytes = Buffer.from(value, 'utf8');
    const lines = value.includes('\n') ? value.split('\n').filter((line) => line.length >= 32) : [];
    return [value, bytes.toString('base64url'), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('hex'), encodeURIComponent(value), ...lines].map((form) => ({ form, masked }));
  });
  let out = '';
  for (let at = 0; at < text.length; ) {
    const [hit] = forms.filter(({ form }) => text.startsWith(form, at)).sort((a, b) => b.form.length - a.form.length);
    out += hit === undefined ? text[at] : hit.masked;
    at += hit?.form.length ?? 1;
  }
  return out;
}

describe('a redactor of many secrets', () => {
  test('does what comparing every form at every place does', () => {
    const random = seeded(7);
    const pick = <T>(items: ArrayLike<T>): T => items[Math.floor(random() * items.length)] as T;
    const word = (length: number): string => Array.from({ length }, () => pick(ALPHABET)).join('');
    let hidden = 0;
    for (let round = 0; round < 300; round += 1) {
      const stem = word(pick([0, 8, 20, 70, 300]));
      const secrets = Array.from({ length: 12 }, (_, index) => ({ value: stem + word(1 + Math.floor(random() * 40)) + pick(['', '', `\n${word(40)}\nend`]), masked: `<${index}>` }));
      secrets.push({ ...pick(secrets), masked: '<again>' });
      const text = Array.from({ length: 12 }, () => {
        const { value } = pick(secrets);
        const form = pick([value, Buffer.from(value).toString('base64'), Buffer.from(value).toString('base64url'), Buffer.from(value).toString('hex'), encodeURIComponent(value)]);
        return word(Math.floor(random() * 4)) + (random() < 0.3 ? form.slice(0, -1) : form);
      }).join('');
      const redact = Secret.redactor(secrets.map(({ value, masked }, index) => new Secret(value, `tw1:${index}`, masked)));
      const expected = reference(secrets, text);
      expect(redact(text)).toBe(expected);
      if (expected !== text) hidden += 1;
    }
    expect(hidden).toBeGreaterThan(200);
  });

  test('takes time by the text, though all secrets begin alike', () => {
    const secrets = Array.from({ length: 20_000 }, (_, index) => new Secret(`eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.${Buffer.from(`{"sub":${index}}`).toString('base64url')}.${'s1'.repeat(20)}`, `tw1:${index}`, '***'));
    const started = performance.now();
    const redact = Secret.redactor(secrets);
    for (let index = 0; index < 20_000; index += 1) expect(redact(`a/eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.${index}`)).toContain('eyJ');
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
