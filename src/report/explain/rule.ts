import { printable } from '../../lib/printable.ts';
import type { RenderOptions, Rule } from '../../model/index.ts';
import { labelled } from '../text/layout.ts';
import { paintOf } from '../text/paint.ts';

const MEANT: Readonly<Record<Rule['lifetime'], string>> = {
  temporary: 'temporary: the policy expects hours (48 h unless set otherwise)',
  persistent: 'persistent: the policy expects days (14 d unless set otherwise)',
  static: 'static: it has no expiry by design',
};

/** A rule in words: what it finds and how, what such a token opens, how it is revoked. */
export function explainRule(rule: Rule, { color, width }: RenderOptions): string {
  const paint = paintOf(color);
  const label = { label: paint.dim };
  const line = (name: string, text: string): readonly string[] => labelled(name, printable(text), width, label);
  const tests = [
    rule.checksum === undefined ? undefined : `checksum ${rule.checksum}`,
    rule.validator === undefined ? undefined : `structure ${rule.validator}`,
    rule.minEntropy === undefined ? undefined : `at least ${rule.minEntropy} bits of entropy per character`,
  ].filter((test) => test !== undefined);
  const lines = [
    `${paint.bold(printable(rule.name))}  ${paint.dim(rule.id)}`,
    ...line('issuer', `${rule.issuerName} (${rule.issuer})`),
    ...line('kind', `${rule.tokenType}; ${MEANT[rule.lifetime]}`),
    ...line('opens', rule.opens),
    ...labelled('revoke', printable(rule.revokeByHand), width, { label: paint.bold }),
    '',
    ...line('pattern', rule.flags === '' ? rule.pattern : `${rule.pattern}  flags ${rule.flags}`),
    ...(rule.engine === 'linear' ? line('engine', 'linear-time: JavaScript\'s own could take too long with this pattern') : []),
    ...(rule.paths === undefined ? line('anchors', rule.anchors.join(', ')) : line('files', rule.paths.join(', '))),
    ...(tests.length === 0 ? [] : line('must pass', tests.join('; '))),
    ...(rule.except === undefined ? [] : line('except', [...rule.except.words.map((word) => `what holds "${word}"`), ...rule.except.patterns.map((pattern) => `what matches ${pattern}`)].join('; '))),
    ...line('confidence', rule.confidence + (rule.companionOnly ? '; only as a part of another credential, never alone' : '')),
    ...rule.companions.flatMap((part, index) =>
      line(index === 0 ? 'parts' : '', `${part.name}: ${part.rule} within ${part.withinBytes} bytes, ${part.required ? 'required' : 'if there'}`),
    ),
    ...line('since', rule.since),
    ...rule.references.flatMap((reference, index) => line(index === 0 ? 'read' : '', reference)),
  ];
  return `${lines.join('\n')}\n`;
}
