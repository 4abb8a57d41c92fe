import fc from 'fast-check';

const PIECES = ['a', 'b', 'c', '-', '[ab]', '[bc]', '[a-c]', '[^a]', '[a-c-]'] as const;
const TIMES = ['', '', '', '', '', '?', '*', '+', '{2}', '{1,3}', '{0,4}?', '+?', '{2,}'] as const;

/** Small patterns over `a`, `b`, `c` and `-`, with every kind of repetition and group, two groups deep. */
export const arbitraryPattern: fc.Arbitrary<string> = patternOf(patternOf(undefined));

function patternOf(inner: fc.Arbitrary<string> | undefined): fc.Arbitrary<string> {
  const piece = fc.constantFrom(...PIECES);
  const group = inner === undefined ? piece : fc.tuple(inner, fc.boolean()).map(([pattern, captures]) => `(${captures ? '' : '?:'}${pattern})`);
  const unit = fc.tuple(fc.oneof({ weight: 3, arbitrary: piece }, { weight: 1, arbitrary: group }), fc.constantFrom(...TIMES)).map((parts) => parts.join(''));
  const sequence = fc.array(unit, { minLength: 1, maxLength: 4 }).map((units) => units.join(''));
  return fc.oneof({ weight: 3, arbitrary: sequence }, { weight: 1, arbitrary: fc.tuple(sequence, sequence).map((both) => both.join('|')) });
}

export const arbitraryText: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom('a', 'b', 'c', '-'), { maxLength: 40 }).map((all) => all.join('')),
  fc.tuple(fc.array(fc.constantFrom('a', 'b', 'c', '-'), { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 12 })).map(([piece, times]) => piece.join('').repeat(times)),
);
