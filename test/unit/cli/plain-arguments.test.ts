import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands/index.ts';
import { parseArguments } from '../../../src/cli/parse-arguments.ts';
import { readPlainArguments } from '../../../src/cli/plain-arguments.ts';
import { OPTION_NAMES, specOf } from '../../../src/settings/index.ts';

const looks = { version: '0', width: 100 };
const flags = OPTION_NAMES.flatMap((name) => specOf(name).flag ?? []);

describe('a command line that is read without commander', () => {
  it.each([
    [['scan', '--staged']],
    [['scan', 'a', '--quiet', 'b', '--report', 'json=-', '--report=sarif=x']],
    [['audit', '-', '--no-verify', '--jobs=2', '--jobs', '3']],
  ])('%j is read', (argv) => {
    expect(readPlainArguments(argv, COMMANDS)).toBeDefined();
  });

  it.each([[[]], [['--version']], [['scan', '--help']], [['scan', '-h']], [['scan', '--stagd']], [['scan', '--staged=yes']], [['scan', '--jobs']], [['scan', '--jobs', '--staged']], [['scan', '--', 'x']], [['explain', 'x']], [['rules', 'list']], [['scna']]])('%j is left to commander', (argv) => {
    expect(readPlainArguments(argv, COMMANDS)).toBeUndefined();
  });

  it('is never read otherwise than commander reads it', () => {
    const word = fc.oneof(fc.constantFrom(...flags), fc.constantFrom('scan', 'audit', 'a', 'b.ts', '-', '--', '-x', '', '1', 'json=-', '--help'), fc.constantFrom(...flags).map((flag) => `${flag}=x`), fc.constantFrom(...flags).map((flag) => `${flag}=`));
    const argv = fc.tuple(fc.constantFrom('scan', 'audit', 'rules', 'explain'), fc.array(word, { maxLength: 6 })).map(([command, rest]) => [command, ...rest]);
    let read = 0;
    fc.assert(
      fc.property(argv, (words) => {
        const plain = readPlainArguments(words, COMMANDS);
        if (plain === undefined) return;
        read += 1;
        expect({ kind: 'call', ...plain }).toEqual(parseArguments(words, COMMANDS, looks));
      }),
      { numRuns: 2000, seed: 5 },
    );
    expect(read).toBeGreaterThan(100);
  });
});
