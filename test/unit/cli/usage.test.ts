import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands/index.ts';
import { parseArguments } from '../../../src/cli/parse-arguments.ts';
import { ran } from './fake-io.ts';

const LOOKS = { version: '1.2.3', width: 100 };
const parse = (...argv: string[]): ReturnType<typeof parseArguments> => parseArguments(argv, COMMANDS, LOOKS);

describe('a wrong command line', () => {
  it.each([
    [['sacn'], 'error: tokenwarden has no command "sacn" [USAGE_UNKNOWN_COMMAND]\nhint: did you mean "tokenwarden scan"?\n'],
    [['./src'], 'error: tokenwarden has no command "./src" [USAGE_UNKNOWN_COMMAND]\nhint: a target comes after a command: tokenwarden scan TARGET\n'],
    [['scan', '--hsitory'], 'error: tokenwarden scan has no option "--hsitory" [USAGE_UNKNOWN_OPTION]\nhint: did you mean --history?\n'],
    [['scan', '--egress'], 'error: tokenwarden scan has no option "--egress" [USAGE_UNKNOWN_OPTION]\nhint: see "tokenwarden scan --help"\n'],
    [['scan', '--report'], 'error: option --report <FORMAT=FILE> needs a value [USAGE_MISSING_VALUE]\nhint: see "tokenwarden scan --help"\n'],
    [['rules', 'lst'], 'error: tokenwarden rules has no command "lst" [USAGE_UNKNOWN_COMMAND]\nhint: did you mean "tokenwarden rules list"?\n'],
    [['rules', 'explain'], 'error: tokenwarden rules explain needs ID [USAGE_MISSING_ARGUMENT]\nhint: see "tokenwarden rules explain --help"\n'],
    [['plan', 'show', 'a', 'b'], 'error: tokenwarden plan show was given too many arguments [USAGE_TOO_MANY_ARGUMENTS]\nhint: see "tokenwarden plan show --help"\n'],
  ])('%j is exit code 2 and one clear message', async (argv, stderr) => {
    expect(await ran(argv)).toEqual({ code: 2, stdout: '', stderr });
  });

  it('shows nothing that may be a secret typed in the wrong place', async () => {
    const planted = `ghp_${'aB3'.repeat(12)}`;
    for (const argv of [['scan', `--tokne=${planted}`], [planted], ['rules', planted], ['rules', 'explain', planted], ['apply', 'x', '--secret', planted], ['scan', '--fail-on', planted], ['scan', '--report', `${planted}=`]]) {
      const { code, stdout, stderr } = await ran(argv);
      expect(code, argv[0]).toBe(2);
      expect(stdout + stderr, argv.join(' ').slice(0, 10)).not.toContain(planted);
    }
  });

  it('without a command prints help as an error', async () => {
    const { code, stdout, stderr } = await ran([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: tokenwarden COMMAND/);
    expect((await ran(['rules'])).code).toBe(2);
  });
});

describe('help', () => {
  it.each([[[]], ...COMMANDS.map(({ name }) => [name.split(' ')])])('of %j reads well at 100 columns', async (words) => {
    const { code, stdout, stderr } = await ran([...words, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatchSnapshot();
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
  });

  it('of a command comes by "help COMMAND", too', async () => {
    expect((await ran(['help', 'scan'])).stdout).toBe((await ran(['scan', '--help'])).stdout);
  });

  it('knows the version', async () => {
    expect(await ran(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
  });
});

describe('a right command line', () => {
  it('gives arguments and only those options that were given', () => {
    expect(parse('audit', 'a', '--log', '-', '--ignore', 'x', 'b', '--ignore=y', '--no-archives', '--fail-on', 'high')).toMatchObject({
      kind: 'call',
      args: ['a', 'b'],
      flags: { log: ['-'], ignore: ['x', 'y'], archives: false, failOn: 'high' },
    });
    const plain = parse('scan');
    expect(plain.kind === 'call' && plain.flags).toEqual({});
  });

  it('takes what begins with a dash as a target after --', () => {
    expect(parse('scan', '--', '--staged', '-')).toMatchObject({ args: ['--staged', '-'], flags: {} });
    expect(parse('scan', '-')).toMatchObject({ args: ['-'] });
  });
});
