import { judgeValue } from '../generic/judge-value.ts';
import { kindOfName } from '../generic/secret-name.ts';
import type { Validator } from '../validator.ts';

/** One value of a row: a literal with its quotes doubled or escaped, or anything else up to the comma. */
const VALUE = /\s{0,8}(?:N?'((?:[^'\\]|''|\\.){0,500})'|"((?:[^"\\]|""|\\.){0,500})"|[^,)'"]{0,200}(?:\([^()]{0,200}\))?)\s{0,8}([,)]|$)/y;
/** As crypt(5) and its kin write them: guessing undoes those of weak passwords. */
const HASH = /^\$(?:2[abxy]?|[156y]|apr1|P|H|S|argon2\w{1,2})\$[^\s]{20,200}$/;

export const validator: Validator = {
  id: 'inserted-secret',
  demands: 'The literal in the row that stands under a column whose name promises a secret: no stand-in, variable, label or plain hash (a hash of crypt(5) counts).',
  judge: ({ value, groups }) => {
    const columns = (groups['columns'] ?? '').split(',').map((column) => column.replace(/[\s`"[\]]/g, ''));
    const row = literals(value, columns.length);
    for (const [index, column] of columns.entries()) {
      const kind = kindOfName(column);
      const literal = row[index];
      if (kind === 'other' || literal === undefined) continue;
      if (HASH.test(literal)) return { keep: true, value: literal, features: { value: 'a hash that guessing can undo' } };
      const verdict = judgeValue(kind, literal, column, 'literal');
      if (verdict.keep) return { keep: true, confidence: verdict.confidence, value: literal, features: { value: verdict.why } };
    }
    return { keep: false, features: { value: 'no secret in the row' } };
  },
};

/** The first `count` values of the row at the start of `text`; undefined for what is no literal. */
function literals(text: string, count: number): readonly (string | undefined)[] {
  const found: (string | undefined)[] = [];
  VALUE.lastIndex = 0;
  while (found.length < count) {
    const [whole, single, double, end] = VALUE.exec(text) ?? [];
    if (whole === undefined) break;
    found.push(single ?? double);
    if (end !== ',') break;
  }
  return found;
}
