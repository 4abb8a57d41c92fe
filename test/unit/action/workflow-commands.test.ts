import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotationLine, annotationLines, outputEntry, SHOWN_PER_LEVEL, withoutCommands, type Annotation } from '../../../src/action/workflow-commands.ts';

/** As the runner reads a command (actions/runner, ActionCommand.cs). */
function read(line: string): { readonly command: string; readonly properties: Readonly<Record<string, string>>; readonly message: string } | undefined {
  const [, command = '', list = '', message = ''] = /^::([a-z-]+)(?: ([^]*?))?::([^]*)$/.exec(line) ?? [];
  if (command === '') return undefined;
  const plain = (text: string): string => text.replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
  return { command, message: plain(message), properties: Object.fromEntries(list.split(',').filter((pair) => pair !== '').map((pair) => [pair.slice(0, pair.indexOf('=')), plain(pair.slice(pair.indexOf('=') + 1))])) };
}

describe('an annotation', () => {
  it('is one line that the runner reads as what was meant, whatever its texts hold', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('::error::', 'a\n::set-output name=x::y', '%0A::stop', 'a,line=7', 'x::y', '%25', '\r\n'));
    fc.assert(
      fc.property(text, text, text, fc.nat(), (file, title, message, line) => {
        const written = annotationLine({ level: 'error', file, title, message, line });
        expect(written.endsWith('\n')).toBe(true);
        expect(written.slice(0, -1)).not.toMatch(/[\r\n]/);
        expect(read(written.slice(0, -1))).toEqual({ command: 'error', properties: { file, line: String(line), title }, message });
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('beyond ten of a level is counted, not shown', () => {
    const one = (level: Annotation['level']): Annotation => ({ level, title: 't', message: 'm' });
    const { text, leftOut } = annotationLines([...Array.from({ length: 14 }, () => one('error')), ...Array.from({ length: 11 }, () => one('warning'))]);
    expect([text.match(/^::error/gm)?.length, text.match(/^::warning/gm)?.length, leftOut]).toEqual([SHOWN_PER_LEVEL, SHOWN_PER_LEVEL, 5]);
  });
});

it('an output ends where its mark stands, and nowhere before', () => {
  expect(outputEntry('plan', 'a\nfindings<<x\n0\nx', 'mark')).toBe('plan<<mark\na\nfindings<<x\n0\nx\nmark\n');
});

it('no line of other text is a command, in the old form or the new one', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('::', '##[', 'error', ']', ' ', '\n', '\t', 'x', '##', '[')), (parts) => {
      for (const line of withoutCommands(parts.join('')).split('\n')) expect(line).not.toMatch(/^\s*::|##\[/);
    }),
    { seed: 7, numRuns: 500 },
  );
});
